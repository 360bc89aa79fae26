"""How long one decision takes: with everything known, and with facts missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from minben.base.month import Month
from minben.bench.machine import machine
from minben.facts.situation import Situation
from minben.packs.load import pack

GOAL = {"microseconds": 200, "on": "one decision with its trace, all facts known"}
_CARE = ("care", "kindergarten", "weekly_care_hours", "kindergarten_fee")
_TAX = (("mother", "tax_rate"), ("father", "tax_rate"))


def deciding(*, key: str, month: Month, times: int) -> dict[str, Any]:
    """Median and slowest of many decisions per kind of family, in microseconds."""
    about = machine()
    one = pack(key)
    rules = one.book.at(month)
    variable = one.manifest.decides
    whole = newborn()
    taxless = _without(whole, *_TAX)
    cases = {
        "all known": whole,
        "tax rates unknown": taxless,
        "only what the mandate covers": _without(taxless, *(("child", f) for f in _CARE)),
    }

    def decide(situation: Situation) -> Any:
        return rules.decide(situation, subject="child", variable=variable)

    def traced(situation: Situation) -> Any:
        return decide(situation).trace

    results = {}
    for name, situation in cases.items():
        finding = decide(situation)
        count = times if not finding.is_open else max(20, times // 20)
        results[name] = {
            "status": finding.status,
            "paths": finding.paths,
            "needed": [c.key for c in finding.needed],
            "decide": _measured(partial(decide, situation), count),
            "decide_and_write_trace": _measured(partial(traced, situation), count),
        }
    return {
        "bench": "decide",
        "machine": about,
        "pack": key,
        "month": str(month),
        "cases": results,
        "goal": GOAL,
    }


def _measured(action: Callable[[], Any], count: int) -> dict[str, Any]:
    """Microseconds of processor time: other programs on the machine do not count."""
    taken = []
    for _ in range(count):
        began = time.process_time_ns()
        action()
        taken.append((time.process_time_ns() - began) / 1_000)
    taken.sort()
    return {
        "times": count,
        "median_us": round(taken[count // 2], 1),
        "p99_us": round(taken[min(count - 1, count * 99 // 100)], 1),
    }


def _without(situation: Situation, *facts: tuple[str, str]) -> Situation:
    for person, fact in facts:
        situation = situation.without(person, fact)
    return situation


def newborn() -> Situation:
    """A newborn of two parents, general class, everything known."""
    child = {
        "birth_date": "2022-07-03",
        "birth_sequence": 1,
        "is_national": True,
        "registered_on": "2022-07-10",
        "mother": "mother",
        "father": "father",
        "income_class": "general",
        "disadvantaged": False,
        "in_state_placement": False,
        "care": [],
        "weekly_care_hours": 0,
        "kindergarten": [],
        "kindergarten_fee": 0,
    }
    mother = {"tax_rate": 5, "parental_leave_benefit": []}
    father = {"tax_rate": 12, "parental_leave_benefit": []}
    persons = {"child": child, "mother": mother, "father": father}
    return Situation.from_json({"subject": "child", "persons": persons})
