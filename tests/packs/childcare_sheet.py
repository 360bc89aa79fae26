"""The childcare tables once more, copied by hand from the fact sheet, and a plain re-computation.

It shares nothing with the pack: no engine, no parameter file, ordinary dates and loops. Every
example's expected amount, and thousands of random families, are checked against it.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

# (first month of the phase, then amounts for the 1st, 2nd and 3rd+ child)
ALLOWANCE = {
    "general": [
        ((2018, 8), (2500, 2500, 3500)),
        ((2021, 8), (3500, 4000, 4500)),
        ((2022, 8), (5000, 6000, 7000)),
    ],
    "mid_low": [
        ((2018, 8), (4000, 4000, 5000)),
        ((2021, 8), (5000, 6000, 7000)),
        ((2022, 8), (5000, 6000, 7000)),
    ],
    "low": [
        ((2018, 8), (5000, 5000, 6000)),
        ((2021, 8), (5000, 6000, 7000)),
        ((2022, 8), (5000, 6000, 7000)),
    ],
}
FROM_TWO = [
    ((2019, 8), (2500, 2500, 3500)),
    ((2021, 8), (3500, 4000, 4500)),
    ((2022, 8), (5000, 6000, 7000)),
]
# general, mid-low, low or disadvantaged; for a first child
SUBSIDY = {
    "public": [
        ((2018, 8), (3000, 5000, 7000)),
        ((2021, 8), (4000, 6000, 8000)),
        ((2022, 8), (5500, 7500, 9500)),
        ((2024, 1), (7000, 9000, 11000)),
    ],
    "quasi_public": [
        ((2018, 8), (6000, 8000, 10000)),
        ((2021, 8), (7000, 9000, 11000)),
        ((2022, 8), (8500, 10500, 12500)),
        ((2024, 1), (13000, 15000, 17000)),
    ],
}
SUBSIDY_EXTRA = [((2018, 8), (0, 0, 1000)), ((2021, 8), (0, 1000, 2000))]
FEE_CAP = {
    "public": [
        ((2019, 8), (2500, 2500, 2500)),
        ((2021, 8), (1500, 0, 0)),
        ((2022, 8), (1000, 0, 0)),
    ],
    "non_profit": [
        ((2019, 8), (3500, 3500, 2500)),
        ((2021, 8), (2500, 1500, 0)),
        ((2022, 8), (2000, 1000, 0)),
    ],
    "quasi_public": [
        ((2019, 8), (4500, 3500, 3500)),
        ((2021, 8), (3500, 2500, 1500)),
        ((2022, 8), (3000, 2000, 1000)),
    ],
}


def row(
    table: list[tuple[tuple[int, int], tuple[int, ...]]], month: tuple[int, int]
) -> tuple[int, ...]:
    """The amounts in force on the first of a month."""
    return [amounts for since, amounts in table if since <= month][-1]


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def spells(person: dict[str, Any], fact: str) -> list[tuple[Any, date, date]]:
    """The dated values of a fact; an end that is open is far away."""
    written = person.get(fact, [])
    if not isinstance(written, list):
        return [(written, date(1900, 1, 1), date(2999, 12, 31))]
    return [
        (s["value"], date.fromisoformat(s["on"]), _day(s.get("until")) or date(2999, 12, 31))
        for s in written
    ]


class Sheet:
    """One family, one child, one month, worked out as a clerk with the sheet would."""

    def __init__(self, situation: dict[str, Any], subject: str, month: tuple[int, int]) -> None:
        self.people = situation["persons"]
        self.child = self.people[subject]
        self.key = subject
        self.month = month
        self.first = date(*month, 1)
        self.days = calendar.monthrange(*month)[1]
        self.last = date(*month, self.days)
        self.born = date.fromisoformat(self.child["birth_date"])
        self.age = _index(self.first) - _index(self.born)
        year = month[0] if month[1] >= 8 else month[0] - 1
        self.school_age = year - self.born.year - ((self.born.month, self.born.day) > (9, 1))

    def parents(self) -> list[dict[str, Any]]:
        return [self.people[self.child[p]] for p in ("mother", "father") if self.child.get(p)]

    def position(self, better: bool = True) -> int:
        positions = []
        for role in ("mother", "father"):
            parent = self.child.get(role)
            if parent:
                siblings = [
                    (p["birth_date"], p.get("birth_sequence", 1), k)
                    for k, p in self.people.items()
                    if p.get(role) == parent
                ]
                positions.append([k for _, _, k in sorted(siblings)].index(self.key))
        place = (max if better else min)(positions, default=0)
        return min(place, 2)

    def income_class(self) -> str:
        found = [
            (on, value)
            for value, on, until in spells(self.child, "income_class")
            if on <= self.last and until >= self.first
        ]
        return str(max(found)[1]) if found else "general"

    def too_rich(self) -> bool:
        if self.month >= (2024, 1) or self.income_class() != "general":
            return False
        return any(p["tax_rate"] >= 20 for p in self.parents())

    def on_leave(self) -> bool:
        return any(
            value and on <= self.last and until >= self.first
            for p in self.parents()
            for value, on, until in spells(p, "parental_leave_benefit")
        )

    def place(self, fact: str) -> tuple[str, date]:
        """The place of this month that began last, and its first day."""
        found = [
            (on, value)
            for value, on, until in spells(self.child, fact)
            if value != "none" and on <= self.last and until >= self.first
        ]
        on, value = max(found, default=(self.first, "none"))
        return value, on

    def days_in_care(self, since: date) -> int:
        """Days of the month in public or quasi-public care, counted from a day on."""
        return sum(
            any(
                value in ("public", "quasi_public") and on <= day <= until
                for value, on, until in spells(self.child, "care")
            )
            for day in (self.first + timedelta(days=n) for n in range(self.days))
            if day >= since
        )

    def basics(self) -> str | None:
        if not self.child["is_national"]:
            return "not_a_national"
        if not self.child["registered_on"]:
            return "not_registered"
        if self.child.get("in_state_placement"):
            return "in_state_placement"
        return None

    def answer(self) -> tuple[str, str | None, int | None, str]:
        """(status, scheme, amount, reason)."""

        def no(reason: str) -> tuple[str, None, None, str]:
            return ("not_due", None, None, reason)

        died = _day(self.child.get("died_on"))
        if self.age < 0:
            return no("not_born")
        if died and _index(died) < _index(self.first):
            return no("died")
        if self.school_age >= 6:
            return no("in_school")
        place = self.position()
        low = self.income_class()
        garden, _ = self.place("kindergarten")
        old_enough = self.school_age >= 2 or self.age >= 24
        if old_enough and garden in ("public", "non_profit", "quasi_public"):
            if self.month < (2019, 8):
                return no("fee_cap_not_begun")
            cap = row(FEE_CAP[garden], self.month)[place]
            if low in ("low", "mid_low") and self.month >= (2021, 8):
                cap = 0
            return (
                "due",
                "fee_cap",
                min(cap, self.child.get("kindergarten_fee", 0)),
                "fee_capped",
            )
        care, since = self.place("care")
        if care in ("public", "quasi_public"):
            return self.subsidy(care, since, place, low)
        return self.allowance(place, low)

    def subsidy(
        self, care: str, since: date, place: int, low: str
    ) -> tuple[str, str | None, int | None, str]:
        def no(reason: str) -> tuple[str, None, None, str]:
            return ("not_due", None, None, reason)

        if self.age > (36 if self.month >= (2020, 1) else 24):
            return no("in_subsidised_care")
        if self.age > 24 and _index(since) > _index(self.born) + 24:
            return no("changed_setting")
        if self.child["weekly_care_hours"] < 30:
            return no("too_few_hours")
        if self.month < (2021, 8) and self.on_leave():
            return no("parent_on_leave")
        if self.too_rich():
            return no("income_too_high")
        applied = _day(self.child.get("applied_on"))
        late = applied is not None and applied > since + timedelta(days=15)
        days = self.days_in_care(applied if late and applied else self.first)
        if days == 0:
            return no("filed_after_month")
        helped = low == "low" or self.child["disadvantaged"]
        column = 2 if helped else 1 if low == "mid_low" else 0
        amount = row(SUBSIDY[care], self.month)[column] + row(SUBSIDY_EXTRA, self.month)[place]
        if days * 2 < self.days:
            return ("due", "subsidy", amount // 2, "subsidy_half_month_due")
        return ("due", "subsidy", amount, "subsidy_due")

    def allowance(self, place: int, low: str) -> tuple[str, str | None, int | None, str]:
        scheme = "allowance"
        if self.age > 24:
            scheme = "allowance_from_two"
            if self.month < (2019, 8):
                return ("not_due", None, None, "allowance_from_two_not_begun")
            if self.school_age >= 5:
                scheme = "schooling_subsidy"
                if self.place("kindergarten")[0] != "private":
                    return ("not_due", None, None, "five_outside_kindergarten")
        refused = self.refused(first_scheme=scheme == "allowance")
        if refused:
            return ("not_due", None, None, refused)
        table = ALLOWANCE[low] if scheme == "allowance" else FROM_TWO
        return ("due", scheme, row(table, self.month)[place], f"{scheme}_due")

    def refused(self, *, first_scheme: bool) -> str | None:
        if not self.child["is_national"]:
            return "not_a_national"
        if not self.child["registered_on"]:
            return "not_registered"
        if self.child["in_state_placement"]:
            return "in_state_placement"
        if self.month < (2021, 8) and self.on_leave():
            return "parent_on_leave"
        if self.too_rich():
            return "income_too_high"
        if first_scheme and not self.claimed():
            return "before_application"
        return None

    def claimed(self) -> bool:
        registered = date.fromisoformat(self.child["registered_on"])
        applied = _day(self.child.get("applied_on")) or self.born
        limit = self.born + timedelta(days=60)
        if applied <= limit and registered <= limit:
            return True
        return max(_index(applied), _index(registered)) <= _index(self.first)
