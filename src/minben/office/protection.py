"""The data protection officer's pages: what is done with data, by which mandate, who looks."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minben.consent import queries as consent
from minben.identity.types import Actor, Role
from minben.office.gate import on_duty
from minben.registry import queries as registry
from minben.trail import queries as trail
from minben.ui.keeping import table_rules
from minben.ui.unusual import weighed


@require_safe
@on_duty(Role.DATA_PROTECTION_OFFICER, Role.AUDITOR)
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The register of processing, and every data set with what its provider demands."""
    context = {
        "activities": registry.register_of_processing(),
        "data_sets": registry.data_sets(),
        "kept": table_rules(),
    }
    return render(request, "office/register.html", context)


@require_safe
@on_duty(Role.DATA_PROTECTION_OFFICER, Role.AUDITOR)
def mandates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every mandate: article, purpose, exactly which facts, who approved, until when."""
    return render(request, "office/mandates.html", {"mandates": consent.mandates()})


@require_safe
@on_duty(Role.DATA_PROTECTION_OFFICER)
def unusual(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who looked at how many people, set against what is usual for their office."""
    now = timezone.now()
    uses = trail.uses_by_actor(since=now - timedelta(days=30), until=now, prefix="person:")
    return render(request, "office/unusual.html", {"rows": weighed(uses)})
