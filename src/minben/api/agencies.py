"""The doors of agencies: push a signed change, ask whether a basis still stands."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from minben.api.shapes import Problem, Received, Standing
from minben.base.refusal import Refused
from minben.exchange import actions, queries

router = Router(tags=["agencies"])
_BASIS = re.compile(r"[A-Za-z0-9:._-]{1,200}")


@router.post(
    "/pushes/{agency}",
    response={202: Received, 400: Problem, 401: Problem, 409: Problem},
    summary="異動通報 A provider pushes a change, signed (RFC 9421)",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
def push(request: HttpRequest, agency: str) -> tuple[int, dict[str, str]]:
    """Once per `id` in the body; sending the same again answers the same."""
    taken = actions.accept_push(
        agency=agency,
        method="POST",
        url=f"{settings.ORIGIN}{request.path}",
        headers=request.headers,
        body=request.body,
    )
    return 202, {"push": str(taken.uuid)}


@router.get(
    "/agreements/{basis}/status",
    response={200: Standing, 401: Problem, 404: Problem},
    summary="是否仍有效 Whether an agreement or mandate stands now",
)
def status(request: HttpRequest, basis: str) -> Any:
    """The answer is signed over the asker's own signed request: an old one cannot be replayed."""
    if not _BASIS.fullmatch(basis):
        raise Refused("consent.no_such_agreement")
    answer = queries.agreement_status(
        basis, url=f"{settings.ORIGIN}{request.get_full_path()}", headers=request.headers
    )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise Refused("api.unsigned")  # not for a stranger's eyes, and in words
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in answer.headers.items():
        response[name] = value
    return response
