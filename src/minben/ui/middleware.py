"""A refusal that no view caught becomes a page, or JSON, that names the mistake and the mend."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import session
from minben.ui.wording import words_of

# Refusals that are a way on: prove who you are, then go on where you were.
_WAYS_ON = {"identity.sign_in": "/sign-in", "identity.step_up": "/sign-in/step-up"}
_NUL = "\x00"


class RefusalMiddleware:
    """Turns `Refused` into an answer in the person's language; other faults pass through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers, and keeps pages about people out of every cache."""
        response = self.get_response(request)
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuses what no text holds and no database takes, before anybody looks it up."""
        if request.path.startswith("/oauth/") and request.method == "POST":
            return None  # read, and told as its RFC says, at its own door
        typed = [request.path, *_values(request.GET)]
        if request.method == "POST" and not request.path.startswith("/api/"):
            typed += _values(request.POST)
        if any(_NUL in text for text in typed):
            return self.process_exception(request, Refused("ui.unreadable_sign"))
        return None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        if not isinstance(fault, Refused):
            return None
        words = words_of(fault)
        if request.path.startswith("/api/"):
            return JsonResponse(words.to_json(), status=words.status, headers=words.headers)
        if fault.key in _WAYS_ON:
            session.suspend(request, needed=_level(fault))
            return redirect(_WAYS_ON[fault.key])
        page = render(request, "ui/refusal.html", {"refusal": words}, status=words.status)
        for name, value in words.headers.items():
            page[name] = value
        return page


def _values(form: QueryDict) -> list[str]:
    return [text for name, values in form.lists() for text in (name, *values)]


def _level(fault: Refused) -> AssuranceLevel | None:
    name = str(fault.details.get("needed", "")).upper()
    return AssuranceLevel[name] if name in AssuranceLevel.__members__ else None
