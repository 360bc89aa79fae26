"""The law of whole cases as a service: shares in an estate, its tax."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from minben.api.shapes import Problem
from minben.base.refusal import Refused
from minben.facts.situation import SituationError
from minben.identity import limits
from minben.packs import case_load, case_schema
from minben.packs.case_pack import CaseDecision
from minben.ui.written import plain

MOST_PERSONS = 100  # of one family tree

router = Router(tags=["law"])


class CaseQuestion(Schema):
    """案件 A family and what it is about, as `minben facts <pack.decision>` describes."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "on": "2025-06-01",
                "subject": "father",
                "persons": {
                    "father": {"died_on": "2025-01-15", "spouse": "mother"},
                    "mother": {},
                    "child": {"father": "father", "mother": "mother"},
                },
            }
        }
    )
    on: date
    subject: str = Field(min_length=1, max_length=100)
    persons: dict[str, dict[str, Any]] = Field(max_length=MOST_PERSONS)
    estate: dict[str, Any] | None = None


@router.get("/decisions", summary="個案決定清單 Every decision over a whole case")
def decisions(request: HttpRequest) -> list[dict[str, Any]]:
    """Key, name and rules hash of each decision."""
    found = map(case_load.decision, case_load.known())
    return [
        {"key": one.key, "name": one.title.to_json(), "rules_hash": one.rules_hash}
        for one in found
    ]


@router.get(
    "/decisions/{decision}/facts",
    response={200: dict[str, Any], 404: Problem},
    summary="個案所需資料 JSON Schema of a decision's facts and answer",
)
def facts(request: HttpRequest, decision: str) -> dict[str, Any]:
    """What `POST /api/decisions/{decision}` reads and answers, as JSON Schema 2020-12."""
    described: dict[str, Any] = plain(case_schema.of(_decision(decision)))
    return described


@router.post(
    "/decisions/{decision}",
    response={200: dict[str, Any], 404: Problem, 422: Problem, 429: Problem},
    summary="個案依法決定 Decide one whole case; nothing is kept",
)
def decide(request: HttpRequest, decision: str, question: CaseQuestion) -> dict[str, Any]:
    """Shares with their derivation, or an amount line by line; what is needed or disputed.

    Nothing is stored and nobody is identified: names are not needed. Questions are counted with
    those to `/api/decide`.
    """
    limits.count("decide", str(request.META.get("REMOTE_ADDR", "")))
    case = _decision(decision)
    asked = {
        "subject": question.subject,
        "persons": question.persons,
        "estate": question.estate,
    }
    try:
        answer: dict[str, Any] = plain(case.decide(asked, question.on))
    except SituationError as mistake:
        raise Refused(
            "api.wrong_fact", field=mistake.field, mistake=mistake.mistake, mend=mistake.mend
        ) from mistake
    return answer


def _decision(key: str) -> CaseDecision:
    if key not in case_load.known():
        raise Refused("api.no_such_pack", pack=key)
    return case_load.decision(key)
