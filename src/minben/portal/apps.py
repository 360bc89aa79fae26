"""Django's handle on the room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room `portal`."""

    name = "minben.portal"
    default_auto_field = "django.db.models.BigAutoField"
