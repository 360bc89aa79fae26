"""From what a register holds to what may leave it: the comparison, not the value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from minben.base.month import Month
from minben.kit.types import JSON, FactAnswer, FactRequest, Unknown


class CannotCompare(Exception):
    """The register's value and the question's are of different kinds."""


def answer(request: FactRequest, held: FactAnswer) -> dict[str, JSON]:
    """The part of the signed answer for one question.

    `{"fact", "op", "value", "month", "known", "result"}`; `result` is true or false for a
    comparison, the value itself (or its list of spells) for op "value", null when nothing is
    held. Spells answer for the month: the value that holds on its first day or, if none does,
    the first that begins within it.
    """
    known = not isinstance(held.value, Unknown)
    value = None if isinstance(held.value, Unknown) else held.value
    if known and request.op != "value":
        if isinstance(value, list) and value and isinstance(value[0], dict):
            known, value = in_month(value, request.month)
        result: JSON = _compare(request, value) if known else None
    else:
        result = value
    return {
        "fact": request.fact,
        "op": request.op,
        "value": request.value,
        "month": str(request.month),
        "known": known,
        "result": result,
    }


def _compare(request: FactRequest, value: JSON) -> bool:
    wanted = request.value
    if request.op == "==" and isinstance(value, list):  # one of several, as accounts
        return wanted in value
    if request.op == "==":
        if type(value) is not type(wanted) and value is not None:
            raise CannotCompare(request.fact)
        return value == wanted
    if isinstance(value, bool) or isinstance(wanted, bool):
        raise CannotCompare(request.fact)
    if isinstance(value, int) and isinstance(wanted, int):
        return value >= wanted if request.op == ">=" else value < wanted
    if isinstance(value, str) and isinstance(wanted, str):  # days, written YYYY-MM-DD
        return value >= wanted if request.op == ">=" else value < wanted
    raise CannotCompare(request.fact)


def in_month(spells: Sequence[Any], month: Month) -> tuple[bool, JSON]:
    """Whether any spell touches the month, and the value of the first that does."""
    overlapping = [
        spell
        for spell in spells
        if _day(spell["on"], date.min) <= month.last_day
        and _day(spell["until"], date.max) >= month.first_day
    ]
    if not overlapping:
        return False, None
    first = min(overlapping, key=lambda spell: _day(spell["on"], date.min))
    return True, first["value"]


def _day(written: str | None, otherwise: date) -> date:
    return date.fromisoformat(written) if written else otherwise
