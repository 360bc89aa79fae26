"""Pages for everybody, signed in or not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.life_events import queries as life_events


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, in one page, and the way in."""
    return render(request, "portal/landing.html")


@require_safe
def stages(request: HttpRequest) -> HttpResponse:
    """The six life stages, with an honest "not yet" where nothing is built."""
    return render(request, "portal/stages.html", {"stages": life_events.catalogue()})


@require_safe
def stage(request: HttpRequest, key: str) -> HttpResponse:
    """One life stage and its services."""
    found = next((s for s in life_events.catalogue() if s.key == key), None)
    if found is None:
        raise Http404
    return render(request, "portal/stage.html", {"stage": found})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible this is, and how to do everything on paper or at a counter."""
    return render(request, "portal/accessibility.html")
