"""Django's handle on the room."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The room `registry`."""

    name = "minben.registry"
    default_auto_field = "django.db.models.BigAutoField"
