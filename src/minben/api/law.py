"""The law as a service: decide, and the facts that a decision needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from minben.api.shapes import Problem, Question
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.facts.situation import Situation, SituationError
from minben.identity import limits
from minben.packs import load, schema
from minben.packs.model import Pack
from minben.ui.written import plain

router = Router(tags=["law"])


@router.get("/packs", summary="公共服務清單 Every public service whose law is here")
def packs(request: HttpRequest) -> list[dict[str, Any]]:
    """Key, name, first month and rules hash of each pack."""
    return [
        {
            "key": key,
            "name": load.pack(key).name.to_json(),
            "first_month": str(load.pack(key).first_month),
            "rules_hash": load.pack(key).rules_hash,
        }
        for key in load.known()
    ]


@router.get(
    "/facts/{pack}",
    response={200: dict[str, Any], 404: Problem},
    summary="所需資料 JSON Schema of a pack's facts and answer",
)
def facts(request: HttpRequest, pack: str) -> dict[str, Any]:
    """What `POST /api/decide/{pack}` reads and answers, as JSON Schema 2020-12."""
    described: dict[str, Any] = plain(schema.of(_pack(pack)))
    return described


@router.post(
    "/decide/{pack}",
    response={200: dict[str, Any], 404: Problem, 422: Problem, 429: Problem},
    summary="依法決定 Decide one case; nothing is kept",
)
def decide(request: HttpRequest, pack: str, question: Question) -> dict[str, Any]:
    """Status due, not_due or open; amount, reason, articles, trace, and what is still needed.

    Nothing is stored and nobody is identified: send facts, or only answered comparisons. Beyond
    600 questions a minute from one address the answer is 429 with `Retry-After`.
    """
    limits.count("decide", str(request.META.get("REMOTE_ADDR", "")))
    rules = _pack(pack)
    month = Month.parse(question.month)
    if month < rules.first_month:
        raise Refused("api.before_first_month", month=str(rules.first_month))
    try:
        situation = Situation.from_json({"subject": question.subject, "persons": question.persons})
    except SituationError as mistake:
        raise Refused(
            "api.wrong_fact",
            field=mistake.field,
            mistake=mistake.mistake,
            mend=mistake.mend,
        ) from mistake
    return rules.decide(situation, subject=question.subject, month=month).to_json()


def _pack(key: str) -> Pack:
    if key not in load.known():
        raise Refused("api.no_such_pack", pack=key)
    return load.pack(key)
