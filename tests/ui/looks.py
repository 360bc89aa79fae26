"""A page with every component on it, to look at and to run axe over: a URL conf for tests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ui import samples


def looks(request: HttpRequest) -> HttpResponse:
    mine = samples.my_case()
    return render(
        request,
        "looks.html",
        {
            "offers": [samples.offer(s) for s in ("open", "waiting", "paid_without_asking")],
            "offer": samples.offer(),
            "decision": samples.decision(),
            "mine": mine,
            "tasks": mine.tasks,
            "can_appeal": True,
            "reference": samples.REFERENCE,
        },
    )


urlpatterns = [path("looks", looks)]
