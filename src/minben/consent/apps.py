"""Django's handle on the room."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """The room `consent`."""

    name = "minben.consent"
    default_auto_field = "django.db.models.BigAutoField"
