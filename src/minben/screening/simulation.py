# ruff: noqa: S608 — the text holds our own names, numbers of ours and paths that are quoted
"""What a reform would cost, and who would have more or less: today's law beside tomorrow's.

The same people are screened under both laws; only those for whom something changes are counted,
by township, income class and age. Amounts are NTD a month. What parents pay (a capped price)
counts against them. Who moves between a payment and a price is counted apart, for the two cannot
be set off. Cells of few people are withheld, and a second one where one could be worked out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from minben.base.month import Month
from minben.packs.model import Pack
from minben.screening.people import always_known
from minben.screening.withholding import FEWEST, is_few, withheld

DIMENSIONS: Final = {
    "township": "coalesce(r.township, '')",
    "income_class": "coalesce(p.income_class, '')",
    "age": "CAST((year($first) * 12 + month($first) - year(p.birth_date) * 12"
    " - month(p.birth_date)) // 12 AS VARCHAR)",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """統計格 One group: how many have more, how many less, and the change in NTD a month.

    `withheld`: fewer people than may be told, or needed to keep another cell from being found.
    """

    key: str
    winners: int | None
    losers: int | None
    change: int | None
    withheld: bool = False

    def to_json(self) -> dict[str, Any]:
        """Its numbers, null where withheld."""
        return {
            "key": self.key,
            "winners": self.winners,
            "losers": self.losers,
            "change": self.change,
            "withheld": self.withheld,
        }


@dataclass(frozen=True, slots=True)
class Simulation:
    """試算結果 A reform over a population for one month; amounts are NTD a month.

    `paid_before` and `paid_after` are what is paid to families; `change` also counts prices.
    `moved` people change between a payment and a price. `schemes`: (key, before, after) people.
    """

    month: Month
    people: int
    paid_before: int
    paid_after: int
    change: int
    winners: int
    losers: int
    moved: int
    open_before: int
    open_after: int
    schemes: tuple[tuple[str, int, int], ...]
    cells: dict[str, tuple[Cell, ...]]

    @property
    def too_few(self) -> bool:
        """Whether so few have something else that no sum of money may be told."""
        return 0 < self.winners + self.losers + self.moved < FEWEST

    def to_json(self) -> dict[str, Any]:
        """Everything that may be told, as `minben simulate --json` prints it."""
        few = self.too_few
        return {
            "month": str(self.month),
            "people": self.people,
            "paid": {"before": self.paid_before, "after": None if few else self.paid_after},
            "change": None if few else self.change,
            "winners": _told(self.winners),
            "losers": _told(self.losers),
            "moved": _told(self.moved),
            "open": {"before": _told(self.open_before), "after": _told(self.open_after)},
            "schemes": [
                {
                    "scheme": key,
                    "before": _told(before),
                    "after": None if _told(abs(after - before)) is None else _told(after),
                }
                for key, before, after in self.schemes
            ],
            "by": {name: [c.to_json() for c in cells] for name, cells in self.cells.items()},
            "fewest": FEWEST,
        }


def simulate(
    today: Pack, then: Pack, month: Month, *, people: Path, register: Path | None
) -> Simulation:
    """Screen a Parquet file of people under both laws and compare.

    `register` is the Parquet with each person's township; without it nothing is told by place.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as db:
        db.execute("SET preserve_insertion_order = false")
        db.execute(f"SET temp_directory = {_quoted(folder)}")
        source = f"read_parquet({_quoted(str(people))})"
        for name, one in (("before", today), ("after", then)):
            _screened(db, name, one, month, people)
        _changes(db, register, source, month)
        return _counted(db, source, month)


def _screened(
    db: duckdb.DuckDBPyConnection, name: str, pack: Pack, month: Month, people: Path
) -> None:
    plan, source = pack.screening_sql(month), f"read_parquet({_quoted(str(people))})"
    always = always_known(db, people)
    described = db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = [str(c) for c, *_ in described if c not in always]
    prices = [key for key, scheme in pack.schemes.items() if scheme.pays == "price"]
    price = f"coalesce(scheme IN ({', '.join(map(_quoted, prices)) or 'NULL'}), false)"
    db.execute(
        f"CREATE TABLE {name} AS SELECT id, status, scheme, {price} AS price,"
        f" CASE WHEN status = 'due' THEN coalesce(amount, 0) ELSE 0 END AS amount"
        f" FROM ({plan.sql(person=source, available=columns)}) WHERE status <> 'not_due'"
    )


def _changes(
    db: duckdb.DuckDBPyConnection, register: Path | None, source: str, month: Month
) -> None:
    """Whoever has another amount: `gain` is what the family has more, a price counted against."""
    places = (
        "(SELECT NULL AS id, NULL AS township WHERE false)"
        if register is None
        else f"(SELECT id, township FROM read_parquet({_quoted(str(register))})"
        " WHERE id IN (SELECT id FROM moves))"
    )
    db.execute(
        "CREATE TABLE moves AS SELECT coalesce(b.id, a.id) AS id,"
        " coalesce(b.amount, 0) AS before, coalesce(a.amount, 0) AS after,"
        " coalesce(b.price, a.price) AS was_price, coalesce(a.price, b.price) AS is_price"
        " FROM before AS b FULL JOIN after AS a ON a.id = b.id"
        " WHERE coalesce(b.status, 'not_due') <> 'open'"
        " AND coalesce(a.status, 'not_due') <> 'open'"
        " AND (coalesce(b.amount, 0) <> coalesce(a.amount, 0)"
        " OR coalesce(b.price, a.price) <> coalesce(a.price, b.price))"
    )
    chosen = ", ".join(f"{text} AS {name}" for name, text in DIMENSIONS.items())
    first = f"DATE '{month.first_day.isoformat()}'"
    db.execute(
        "CREATE TABLE change AS SELECT m.was_price <> m.is_price AS moved,"
        " CASE WHEN m.was_price <> m.is_price THEN 0 WHEN m.is_price THEN m.before - m.after"
        f" ELSE m.after - m.before END AS gain, {chosen.replace('$first', first)}"
        f" FROM moves AS m JOIN (SELECT id, birth_date, income_class FROM {source}"
        " WHERE id IN (SELECT id FROM moves)) AS p ON p.id = m.id"
        f" LEFT JOIN {places} AS r ON r.id = m.id"
    )


def _counted(db: duckdb.DuckDBPyConnection, source: str, month: Month) -> Simulation:
    paid = "coalesce(sum(amount) FILTER (WHERE NOT price), 0)"
    (before, unsure), (after, unsure_after) = (
        db.execute(
            f"SELECT {paid}, count(*) FILTER (WHERE status = 'open') FROM {name}"
        ).fetchall()[0]
        for name in ("before", "after")
    )
    totals = db.execute(
        "SELECT coalesce(sum(gain), 0), count(*) FILTER (WHERE gain > 0),"
        " count(*) FILTER (WHERE gain < 0), count(*) FILTER (WHERE moved) FROM change"
    ).fetchall()[0]
    schemes = db.execute(
        "SELECT scheme, sum(b), sum(a) FROM ("
        "SELECT scheme, count(*) AS b, 0 AS a FROM before WHERE status = 'due' GROUP BY scheme"
        " UNION ALL SELECT scheme, 0, count(*) FROM after WHERE status = 'due' GROUP BY scheme)"
        " GROUP BY scheme ORDER BY scheme"
    ).fetchall()
    (people,) = db.execute(f"SELECT count(*) FROM {source}").fetchall()[0]
    cells = {}
    for name in DIMENSIONS:
        rows = db.execute(
            f"SELECT {name}, count(*) FILTER (WHERE gain > 0),"
            f" count(*) FILTER (WHERE gain < 0), sum(gain) FROM change WHERE gain <> 0"
            f" GROUP BY {name} ORDER BY {name}"
        ).fetchall()
        cells[name] = guarded([Cell(str(k), int(w), int(o), int(c)) for k, w, o, c in rows])
    change, winners, losers, moved = (int(n) for n in totals)
    return Simulation(
        month, people, int(before), int(after), change, winners, losers, moved, unsure,
        unsure_after, tuple((str(k), int(b), int(a)) for k, b, a in schemes), cells,
    )  # fmt: skip


def guarded(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells without numbers of few people, or from which such could be worked out."""
    few = withheld({c.key: (c.winners or 0, c.losers or 0) for c in cells})
    return tuple(Cell(c.key, None, None, None, True) if c.key in few else c for c in cells)


def _told(count: int) -> int | None:
    """A count, null where it is of few people."""
    return None if is_few(count) else count


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
