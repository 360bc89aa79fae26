"""Django's handle on the room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room `notices`."""

    name = "minben.notices"
    default_auto_field = "django.db.models.BigAutoField"
