"""The API itself: its title, and how every error is told in both languages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.ui.wording import words_of

api = NinjaAPI(
    title="minben 民本",
    version="1",
    description=(
        "The law as a service, one's own data and trail, and the doors of agencies. "
        "Errors are 4xx with `error` (a stable key) and `message` in 正體中文 and English."
    ),
    docs_url=None,  # our own page, without inline scripts
    openapi_url=None,  # ours too: it says which errors each door gives
    urls_namespace="api",
)

# Where HTTP has a word of its own for a refusal.
_STATUS = {
    "identity.sign_in": 401,
    "api.unsigned": 401,
    "exchange.push_unsigned": 401,
    "exchange.push_malformed": 400,
}
_UNREADABLE = Text(
    "請求的格式不對：{where}。請對照 /api/docs 修正後再送。",
    "The request is not as described: {where}. Compare it with /api/docs and send it again.",
)
_TOO_LARGE = Text(
    "送來的內容太大（上限 1 MB），請分次送出。", "More than 1 MB was sent: send it in parts."
)
_NO_SUCH_PAGE = Text("沒有這個位址，請見 /api/docs。", "No such address; see /api/docs.")
_NOT_THIS_WAY = Text(
    "這個位址不接受這種請求，請見 /api/docs。", "Not in this way; see /api/docs for how."
)


def problem(key: str, text: Text, **more: Any) -> dict[str, Any]:
    """The body of every error."""
    return {"error": key, "message": text.to_json(), **more}


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    words = words_of(refusal)
    status = _STATUS.get(refusal.key, words.status)
    response: HttpResponse = api.create_response(request, words.to_json(), status=status)
    for name, value in words.headers.items():
        response[name] = value
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    where = "; ".join(
        f"{'.'.join(str(part) for part in error.get('loc', ()))}: {error.get('msg', '')}"
        for error in fault.errors
    )
    body = problem("api.unreadable", _UNREADABLE.filled(where=where))
    return api.create_response(request, body, status=422)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, fault: Http404) -> HttpResponse:
    return api.create_response(request, problem("api.no_such_page", _NO_SUCH_PAGE), status=404)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, fault: RequestDataTooBig) -> HttpResponse:
    return api.create_response(request, problem("api.too_large", _TOO_LARGE), status=413)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, fault: HttpError) -> HttpResponse:
    body = problem("api.unreadable", _UNREADABLE.filled(where=str(fault)))
    return api.create_response(request, body, status=fault.status_code)


def not_found(request: HttpRequest) -> HttpResponse:
    """What an address under /api that does not exist answers."""
    return api.create_response(request, problem("api.no_such_page", _NO_SUCH_PAGE), status=404)
