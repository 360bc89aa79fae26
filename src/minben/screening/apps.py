"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """The room `screening`."""

    name = "minben.screening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker how runs are carried."""
        import_module("minben.screening.running")
