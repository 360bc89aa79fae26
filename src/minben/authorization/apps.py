"""Django's handle on the room."""

from django.apps import AppConfig


class AuthorizationConfig(AppConfig):
    """The room `authorization`."""

    name = "minben.authorization"
    default_auto_field = "django.db.models.BigAutoField"
