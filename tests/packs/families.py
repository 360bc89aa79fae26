"""Random families in the file form: every value drawn from a seed, edges drawn often."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

FIRST, LAST = date(2018, 8, 1), date(2024, 12, 31)
CHILD_FACTS = (
    "birth_date", "birth_sequence", "is_national", "registered_on", "died_on", "income_class",
    "disadvantaged", "in_state_placement", "care", "weekly_care_hours", "kindergarten",
    "kindergarten_fee", "applied_on",
)  # fmt: skip


def month(random: Random) -> tuple[int, int]:
    """A month of the law, those next to a change drawn often."""
    edges = [(2018, 8), (2019, 7), (2019, 8), (2019, 12), (2020, 1), (2021, 7), (2021, 8)]
    edges += [(2022, 7), (2022, 8), (2023, 12), (2024, 1)]
    if random.random() < 0.5:
        return random.choice(edges)
    return random.randint(2019, 2025), random.randint(1, 12)


def family(random: Random, on: tuple[int, int]) -> dict[str, Any]:
    """One family with a child of 0 to 6 years, its parents, and up to three siblings."""
    child = _child(random, on)
    persons: dict[str, dict[str, Any]] = {"child": child}
    child["mother"] = "mother" if random.random() < 0.95 else None
    child["father"] = "father" if random.random() < 0.85 else None
    for parent in ("mother", "father"):
        if child[parent]:
            persons[parent] = _parent(random, on)
    for n in range(random.choice((0, 0, 1, 1, 2, 3))):
        days = 0 if random.random() < 0.2 else random.randint(-4000, 1500)
        sibling: dict[str, Any] = {
            "birth_date": str(date.fromisoformat(child["birth_date"]) + timedelta(days=days)),
            "birth_sequence": child["birth_sequence"] % 3 + 1 if days == 0 else 1,
            "mother": random.choice((child["mother"], None)),
            "father": random.choice((child["father"], child["father"], None)),
        }
        persons[f"sibling{n}"] = sibling
    return {"subject": "child", "persons": persons}


def _parent(random: Random, on: tuple[int, int]) -> dict[str, Any]:
    leave = [] if random.random() < 0.7 else [_spell(random, on, True)]
    return {"tax_rate": random.choice((0, 5, 5, 12, 19, 20, 40)), "parental_leave_benefit": leave}


def _child(random: Random, on: tuple[int, int]) -> dict[str, Any]:
    days = random.choice(
        (random.randint(-40, 2700), random.randint(-20, 760), random.randint(700, 1130), 1800)
    )
    born = date(*on, 15) - timedelta(days=days)
    if random.random() < 0.1:
        born = date(born.year, 9, random.choice((1, 2)))
    registered = born + timedelta(days=random.choice((5, 30, 60, 61, 90, 200)))
    return {
        "birth_date": str(born),
        "birth_sequence": random.choice((1, 1, 1, 2)),
        "is_national": random.random() < 0.97,
        "registered_on": str(registered) if random.random() < 0.97 else None,
        "died_on": None if random.random() < 0.97 else str(born + timedelta(days=400)),
        "income_class": _class(random, on),
        "disadvantaged": random.random() < 0.2,
        "in_state_placement": random.random() < 0.03,
        "care": _places(random, on, ("public", "quasi_public", "private", "none")),
        "weekly_care_hours": random.choice((0, 29, 30, 40)),
        "kindergarten": _places(
            random, on, ("public", "non_profit", "quasi_public", "private", "private", "none")
        ),
        "kindergarten_fee": random.choice((0, 800, 1500, 2999, 3000, 12000)),
        **_application(random, born),
    }


def _application(random: Random, born: date) -> dict[str, str]:
    if random.random() < 0.5:
        return {}  # not mentioned: applied for in time
    return {"applied_on": str(born + timedelta(days=random.choice((0, 60, 61, 130))))}


def _class(random: Random, on: tuple[int, int]) -> Any:
    value = random.choice(("general", "general", "mid_low", "low"))
    return value if random.random() < 0.7 else [_spell(random, on, value)]


def _places(random: Random, on: tuple[int, int], kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    if random.random() < 0.4:
        return []
    spells = [_spell(random, on, random.choice(kinds)) for _ in range(random.choice((1, 1, 1, 2)))]
    return list({spell["on"]: spell for spell in spells}.values())  # no two begin on one day


def _spell(random: Random, on: tuple[int, int], value: Any) -> dict[str, Any]:
    begins = date(*on, 1) + timedelta(days=random.choice((-400, -200, -30, -20, 0, 9, 16, 20, 40)))
    length = random.choice((None, None, 8, 13, 14, 15, 30, 500))
    until = None if length is None else str(begins + timedelta(days=length))
    return {"value": value, "on": str(begins), "until": until}
