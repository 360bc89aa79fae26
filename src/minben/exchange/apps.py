"""Django's handle on the room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room `exchange`."""

    name = "minben.exchange"
    default_auto_field = "django.db.models.BigAutoField"
