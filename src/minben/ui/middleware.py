"""What stands between a refusal and the person who meets it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from minben.base.refusal import Refused


class RefusalMiddleware:
    """Turns a room's `Refused` into a page that names the mistake and the mend."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with 403; anything else stays a fault."""
        if isinstance(exception, Refused):
            return HttpResponse(exception.key, status=403, content_type="text/plain")
        return None
