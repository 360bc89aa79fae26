"""What every page may read."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Values for every template."""
    return {}
