"""Django's handle on the room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room `identity`."""

    name = "minben.identity"
    default_auto_field = "django.db.models.BigAutoField"
