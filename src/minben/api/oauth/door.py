"""Reads a call strictly and tells every refusal as its RFC does, in both languages besides."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from minben.authorization import actions, asking, proving, refusals, tokens
from minben.authorization.types import Answer, Call
from minben.base.refusal import Refused
from minben.ui.wording import words_of

P = ParamSpec("P")
_FORM = "application/x-www-form-urlencoded"
_CHALLENGED = 401
_NO_CONTENT = 204


def endpoint(
    name: str, *methods: str, resource: bool = False
) -> Callable[
    [Callable[Concatenate[Call, HttpRequest, P], Answer]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """An endpoint of OAuth: hands a `Call` to the view and renders what it answers.

    No cookie and no session is looked at. With `resource` it is opened by an access token, and
    refusals are told in `WWW-Authenticate` (RFC 6750, RFC 9449, RFC 9470).
    """

    def hang(
        view: Callable[Concatenate[Call, HttpRequest, P], Answer],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            now = int(time.time())
            try:
                if request.method not in methods:
                    response = HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
                else:
                    call = _call(request, name, now, resource=resource)
                    response = _rendered(view(call, request, *args, **kwargs))
            except Refused as refusal:
                response = _refused(refusal, resource=resource)
            response["DPoP-Nonce"] = proving.nonce(now)
            response["Cache-Control"] = "no-store"
            response["Content-Length"] = str(len(response.content))
            return response

        return csrf_exempt(door)

    return hang


def _call(request: HttpRequest, name: str, now: int, *, resource: bool) -> Call:
    try:
        return _read(request, name, now, resource=resource)
    except Refused as refusal:
        address = str(request.META.get("REMOTE_ADDR", ""))
        actions.note_unread(endpoint=name, refusal=refusal, address=address)
        raise


def _read(request: HttpRequest, name: str, now: int, *, resource: bool) -> Call:
    form: dict[str, str] = {}
    if request.method == "POST" and not resource:
        if request.content_type != _FORM:
            raise Refused("authorization.request_malformed", field="Content-Type")
        form = asking.single(request.POST.lists())
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if not resource and shown:  # one way for clients to prove themselves, and this is not it
        raise Refused("authorization.client_refused")
    if resource and not shown:
        raise Refused("authorization.token_refused")
    return Call(
        endpoint=name,
        method=str(request.method),
        url=settings.ORIGIN + request.path,
        form=form,
        proof=request.headers.get("DPoP"),
        token=shown.strip() or None if resource else None,
        scheme=scheme.lower(),
        at=now,
        address=str(request.META.get("REMOTE_ADDR", "")),
    )


def _rendered(answer: Answer) -> HttpResponse:
    if answer.signed is not None:
        kind = f"application/{tokens.INTROSPECTION_TYPE}"
        return HttpResponse(answer.signed, status=answer.status, content_type=kind)
    if answer.status == _NO_CONTENT:
        return HttpResponse(status=_NO_CONTENT)
    return JsonResponse(dict(answer.body), status=answer.status)


def _refused(refusal: Refused, *, resource: bool) -> HttpResponse:
    error, status = refusals.error_of(refusal)
    words = words_of(refusal)
    told = {"error": error, "error_description": words.ascii, "message": words.text.to_json()}
    if resource and error in ("use_dpop_nonce", "invalid_dpop_proof"):
        status = _CHALLENGED
    response = JsonResponse(told, status=status, headers=words.headers)
    if resource and status != 404:
        response["WWW-Authenticate"] = _challenge(error, words.ascii, refusal.details)
    return response


def _challenge(error: str, words: str, details: Mapping[str, object]) -> str:
    parts = [f'error="{error}"', f'error_description="{words}"']
    if "acr" in details:
        parts.append(f'acr_values="{details["acr"]}"')
    if "scope" in details:
        parts.append(f'scope="{details["scope"]}"')
    return "DPoP " + ", ".join([*parts, f'algs="{" ".join(proving.ALGORITHMS)}"'])
