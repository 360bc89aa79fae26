"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room `notices`."""

    name = "minben.notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's jobs."""
        import_module("minben.notices.follow_up")
