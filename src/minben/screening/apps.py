"""Django's handle on the room."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """The room `screening`."""

    name = "minben.screening"
    default_auto_field = "django.db.models.BigAutoField"
