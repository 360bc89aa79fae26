"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class LifeEventsConfig(AppConfig):
    """The room `life_events`."""

    name = "minben.life_events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the step runner's jobs, and listen to screening."""
        import_module("minben.life_events.steps")
        import_module("minben.life_events.screened")
