"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room `jobs`."""

    name = "minben.jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs of this room's own housekeeping."""
        import_module("minben.jobs.housekeeping")
