"""What goes over the wire, as OpenAPI shows it."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from minben.law.vocabulary import MOST_MEMBERS


class Words(Schema):
    """雙語文字 The same sentence in both languages."""

    zh: str
    en: str


class Problem(Schema):
    """錯誤 What went wrong and how to mend it. `error` is a stable key."""

    model_config = ConfigDict(extra="allow")
    error: str
    message: Words


class Question(Schema):
    """決定請求 A situation to decide: a family's facts, as `minben facts <pack>` describes."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "month": "2022-09",
                "subject": "child",
                "persons": {"child": {"birth_date": "2022-07-03"}},
            }
        }
    )
    month: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
    subject: str = Field(min_length=1, max_length=100)
    persons: dict[str, dict[str, Any]] = Field(max_length=MOST_MEMBERS)


class Count(Schema):
    """公開數字 One public number."""

    key: str
    name: Words
    number: int


class Counts(Schema):
    """公開統計 The live counts, and the seal under them."""

    counts: list[Count]
    trail_size: int


class Standing(Schema):
    """同意書狀態 Whether a basis stands at an instant; signed in the answer's headers."""

    id: str
    state: str
    at: str


class Received(Schema):
    """收件 The number under which a push was received."""

    push: str
