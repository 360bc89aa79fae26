"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "minben.ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's jobs."""
        import_module("minben.ledger.sending")
