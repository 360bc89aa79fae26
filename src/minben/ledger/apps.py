"""Django's handle on the room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "minben.ledger"
    default_auto_field = "django.db.models.BigAutoField"
