"""From what a register holds to what may leave it: the comparison, not the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from minben.base.month import Month
from minben.kit.types import JSON, FactAnswer, FactRequest, Unknown


class CannotCompare(Exception):
    """The register's value and the question's are of different kinds."""


def answer(request: FactRequest, held: FactAnswer) -> dict[str, JSON]:
    """The part of the signed answer for one question.

    `{"fact", "op", "value", "month", "known", "result"}`; `result` is true or false for a
    comparison, the value itself (or its list of spells) for op "value", null when nothing is
    held. Spells are compared by their value in the month.
    """
    value = held.value if request.op == "value" else in_month(held, request.month)
    known = not isinstance(value, Unknown)
    result: JSON = None if isinstance(value, Unknown) else value
    if known and request.op != "value":
        result = _compare(request, result)
    return {
        "fact": request.fact,
        "op": request.op,
        "value": request.value,
        "month": str(request.month),
        "known": known,
        "result": result,
    }


def in_month(held: FactAnswer, month: Month) -> JSON | Unknown:
    """The value in a month: of the spells touching it, the one that began last, else `otherwise`.

    The law reads dated facts in the same way, so a comparison here equals one made there: a
    spell that says no more than `otherwise` is passed over.
    """
    if isinstance(held.value, Unknown) or not _are_spells(held):
        return held.value
    touching = [
        spell
        for spell in _spells(held.value)
        if _touches(spell, month) and spell["value"] != held.otherwise
    ]
    if not touching:
        return held.otherwise
    return max(touching, key=lambda spell: str(spell["on"]))["value"]


def _are_spells(held: FactAnswer) -> bool:
    value = held.value
    if not isinstance(value, list):
        return False
    return bool(_spells(value)) or (not value and not isinstance(held.otherwise, Unknown))


def _spells(value: JSON) -> Sequence[Mapping[str, JSON]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _touches(spell: Mapping[str, JSON], month: Month) -> bool:
    on, until = date.fromisoformat(str(spell["on"])), spell.get("until")
    ends = date.fromisoformat(until) if isinstance(until, str) else date.max
    return on <= month.last_day and ends >= month.first_day


def _compare(request: FactRequest, value: JSON) -> bool:
    wanted = request.value
    if request.op == "is":
        if isinstance(value, list):  # one of several, as accounts
            return wanted in value
        if type(value) is not type(wanted) and value is not None:
            raise CannotCompare(request.fact)
        return value == wanted
    if isinstance(value, bool) or isinstance(wanted, bool):
        raise CannotCompare(request.fact)
    if isinstance(value, int) and isinstance(wanted, int):
        return value >= wanted
    if isinstance(value, str) and isinstance(wanted, str):  # days, written YYYY-MM-DD
        return value >= wanted
    raise CannotCompare(request.fact)
