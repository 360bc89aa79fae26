"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """The room `consent`."""

    name = "minben.consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Look at deadlines once a day."""
        import_module("minben.consent.deadlines")
