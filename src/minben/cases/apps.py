"""Django's handle on the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room `cases`."""

    name = "minben.cases"
    default_auto_field = "django.db.models.BigAutoField"
