"""Django's handle on the room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """The room `jobs`."""

    name = "minben.jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the daily housekeeping, and read every room's `retention.py` for it."""
        import_module("minben.jobs.housekeeping")
        autodiscover_modules("retention")
