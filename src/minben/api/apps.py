"""Django's handle on the room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room `api`."""

    name = "minben.api"
    default_auto_field = "django.db.models.BigAutoField"
