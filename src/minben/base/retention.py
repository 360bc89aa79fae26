"""保存期限 How long each table keeps what is personal, declared once and held by one daily job.

Every table of every room has a rule: it holds nothing personal, it goes with another table, or
`retire` ends what is kept too long. Rooms declare theirs in `retention.py`, which is read when
the process starts; `jobs.housekeeping` calls every `retire` once a day. What was proved stays
proved: retiring destroys text, salts and links, never the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from minben.base.text import Text

Retire = Callable[[date], int]  # the civil day → how many rows ended
YEAR_DAYS = 365
NOTHING_PERSONAL = Text("沒有個人資料", "holds nothing personal")


def years_before(day: date, years: int) -> date:
    """The same day that many whole years ago: ten years have leap days, 3650 days do not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Retention:
    """保存規則 One table's rule: how long it keeps what, in words, and what ends it."""

    table: str  # "notices.Notice"
    kept: Text
    retire: Retire | None


_RULES: dict[str, Retention] = {}


def keeps(table: str, kept: Text) -> Callable[[Retire], Retire]:
    """Declare how long a table keeps what is personal; the function ends what is older."""

    def declare(retire: Retire) -> Retire:
        _declare(Retention(table, kept, retire))
        return retire

    return declare


def goes_with(table: str, *others: str) -> None:
    """Declare that rows of other tables end with the rows of this one that they belong to."""
    for other in others:
        _declare(Retention(other, Text(f"隨「{table}」一起結束", f"goes with {table}"), None))


def stays(*tables: str, why: Text = NOTHING_PERSONAL) -> None:
    """Declare that tables hold nothing personal, or why else their rows are not ended by age."""
    for table in tables:
        _declare(Retention(table, why, None))


def rules() -> Mapping[str, Retention]:
    """Every rule, by table."""
    return dict(_RULES)


def _declare(rule: Retention) -> None:
    known = _RULES.get(rule.table)
    if known is not None and known.kept != rule.kept:
        raise ValueError(f"two rules of retention for {rule.table}")
    _RULES[rule.table] = rule
