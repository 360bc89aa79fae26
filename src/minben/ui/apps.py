"""Django's handle on the room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The room `ui`."""

    name = "minben.ui"
    default_auto_field = "django.db.models.BigAutoField"
