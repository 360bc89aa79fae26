"""Django's handle on the room."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The room `trail`."""

    name = "minben.trail"
    default_auto_field = "django.db.models.BigAutoField"
