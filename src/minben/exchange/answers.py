"""Reading a provider's answer: exactly what was asked, about whom it was asked, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from minben.base.identifiers import RESIDENT_NUMBERS_RENEWED_ON, is_national_id, is_resident_number
from minben.exchange.types import JSON
from minben.facts.catalogue import FACTS, HOUSEHOLD
from minben.facts.predicate import Predicate
from minben.facts.reading import SituationError, read_knowledge

_ANSWER = {"transfer", "provider", "data_set", "subject", "basis", "answers", "released_at"}
_ONE = {"fact", "op", "value", "month", "known", "result"}
# Columns of the household register beyond the shared vocabulary.
BESIDES = {"moves": HOUSEHOLD, "name_en": HOUSEHOLD}


class UnusableAnswer(Exception):
    """A signed answer that is not what was asked; `key` is a section of words.toml."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Asked:
    """所問 What the answer has to match."""

    transfer: str
    provider: str
    data_set: str
    subject: str
    basis: str
    month: str
    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """所答 One answer that was checked; `value` may hold numbers of people still."""

    predicate: Predicate
    known: bool
    value: JSON


def data_set_of(predicate: Predicate) -> str:
    """The data set that answers a predicate; KeyError when nobody offers the fact."""
    return BESIDES.get(predicate.fact) or predicate.data_set


def names_people(fact: str) -> bool:
    """Whether a fact's value is a person (or several), told as numbers."""
    return fact in FACTS and FACTS[fact].type.kind in ("person", "persons")


def read(body: bytes, asked: Asked) -> tuple[list[Told], datetime]:
    """The answers and when they were released; UnusableAnswer says what is wrong."""
    try:
        value = json.loads(body)
        told = value["answers"]
        released_at = datetime.fromisoformat(value["released_at"])
        count = len(told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnusableAnswer("malformed") from error
    if value.get("subject") != asked.subject or value.get("transfer") != asked.transfer:
        raise UnusableAnswer("wrong_subject")
    if set(value) - _ANSWER or count > len(asked.predicates):
        raise UnusableAnswer("extra_fields")
    expected = (asked.provider, asked.data_set, asked.basis)
    if (value.get("provider"), value.get("data_set"), value.get("basis")) != expected:
        raise UnusableAnswer("malformed")
    if count != len(asked.predicates) or released_at.tzinfo is None:
        raise UnusableAnswer("malformed")
    pairs: Sequence[tuple[Any, Predicate]] = list(zip(told, asked.predicates, strict=True))
    return [_one(one, predicate, asked.month) for one, predicate in pairs], released_at


def _one(one: Any, predicate: Predicate, month: str) -> Told:
    if not isinstance(one, Mapping):
        raise UnusableAnswer("malformed")
    if set(one) - _ONE:
        raise UnusableAnswer("extra_fields")
    wanted = predicate.to_json() | {"month": month}
    if any(one.get(name) != wanted[name] for name in ("fact", "op", "value", "month")):
        raise UnusableAnswer("malformed")
    known, result = one.get("known"), one.get("result")
    if not isinstance(known, bool) or (not known and result is not None):
        raise UnusableAnswer("malformed")
    if known and predicate.op != "value" and not isinstance(result, bool):
        # A value where a comparison was asked is more than was agreed.
        raise UnusableAnswer("extra_fields")
    if known and predicate.op == "value":
        _check_value(predicate.fact, result)
    return Told(predicate, known, result)


def _check_value(fact: str, result: Any) -> None:
    if names_people(fact):
        numbers = result if isinstance(result, list) else [result]
        if not all(number is None or _is_number(number) for number in numbers):
            raise UnusableAnswer("malformed")
        return
    if isinstance(result, Mapping):
        raise UnusableAnswer("malformed")
    if fact in BESIDES or result is None:
        return
    try:
        read_knowledge(fact, FACTS[fact].type, result)
    except (SituationError, AttributeError, TypeError) as error:
        raise UnusableAnswer("malformed") from error


def _is_number(number: object) -> bool:
    return isinstance(number, str) and (
        is_national_id(number) or is_resident_number(number, on=RESIDENT_NUMBERS_RENEWED_ON)
    )
