"""Django's handle on the room."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The room `office`."""

    name = "minben.office"
    default_auto_field = "django.db.models.BigAutoField"
