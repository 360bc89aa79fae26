"""Django's handle on the room."""

from django.apps import AppConfig


class LifeEventsConfig(AppConfig):
    """The room `life_events`."""

    name = "minben.life_events"
    default_auto_field = "django.db.models.BigAutoField"
