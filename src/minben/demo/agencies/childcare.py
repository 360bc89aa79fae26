"""社家署托育系統 Childcare: places in care and kindergarten; tells when its lists change."""

from __future__ import annotations

from sqlite3 import Row

from minben.demo.agencies.register import Register, filled, spell
from minben.kit import FactRequest, Provider, Subject
from minben.kit.types import JSON

DATA_SET = "childcare/enrolment/place/v1"
_SINCE = "2012-01-01"  # the law on early childhood education and care took effect
_FACTS: dict[str, tuple[str, str, JSON]] = {
    # fact: (kind of place, column, what no place means)
    "care": ("care", "value", "none"),
    "weekly_care_hours": ("care", "weekly_hours", 0),
    "kindergarten": ("kindergarten", "value", "none"),
    "kindergarten_fee": ("kindergarten", "monthly_fee", 0),
}


def offer(provider: Provider) -> None:
    """Answer from the list of places; a child without a row is in none."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def place(subject: Subject, request: FactRequest) -> JSON:
        kind, column, otherwise = _FACTS[request.fact]
        rows = register.all(
            "SELECT * FROM place WHERE number = ? AND kind = ?", subject.number, kind
        )
        return filled([_spell(row, column) for row in rows], otherwise, _SINCE)


def _spell(row: Row, column: str) -> dict[str, JSON]:
    return spell(row[column], row["starts_on"], row["ends_on"])
