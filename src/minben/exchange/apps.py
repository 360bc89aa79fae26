"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room `exchange`."""

    name = "minben.exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker how transfers are carried."""
        import_module("minben.exchange.handlers")
