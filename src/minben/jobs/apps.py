"""Django's handle on the room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room `jobs`."""

    name = "minben.jobs"
    default_auto_field = "django.db.models.BigAutoField"
