"""A refusal that no view caught becomes a page, or JSON, that names the mistake and the mend."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from minben.base.refusal import Refused
from minben.ui.wording import words_of


class RefusalMiddleware:
    """Turns `Refused` into an answer in the person's language; other faults pass through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"  # pages are about people
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        if not isinstance(fault, Refused):
            return None
        words = words_of(fault)
        if request.path.startswith("/api/"):
            return JsonResponse(words.to_json(), status=words.status)
        return render(request, "ui/refusal.html", {"refusal": words}, status=words.status)
