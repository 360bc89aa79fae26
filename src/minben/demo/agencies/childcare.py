"""社家署托育系統 Childcare: places in care and kindergarten; tells when its lists change."""

from __future__ import annotations

from minben.demo.agencies.register import Register, spell
from minben.kit import FactAnswer, FactRequest, Provider, Subject, Unknown
from minben.kit.compare import in_month
from minben.kit.types import JSON

DATA_SET = "childcare/enrolment/place/v1"
_FACTS: dict[str, tuple[str, str, JSON]] = {
    # fact: (kind of place, column, what no place means)
    "care": ("care", "value", "none"),
    "weekly_care_hours": ("care", "weekly_hours", 0),
    "kindergarten": ("kindergarten", "value", "none"),
    "kindergarten_fee": ("kindergarten", "monthly_fee", 0),
}
_DATED = frozenset({"care", "kindergarten"})  # the others are told for the month asked about


def offer(provider: Provider) -> None:
    """Answer from the list of places; a child without a row is in none."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def place(subject: Subject, request: FactRequest) -> FactAnswer | Unknown | JSON:
        kind, column, otherwise = _FACTS[request.fact]
        rows = register.all(
            "SELECT * FROM place WHERE number = ? AND kind = ?", subject.number, kind
        )
        spells = [spell(row[column], row["starts_on"], row["ends_on"]) for row in rows]
        held = FactAnswer(spells, otherwise)
        return held if request.fact in _DATED else in_month(held, request.month)
