"""戶政司 Household registration: births, families, moves. The mandated base of screening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sqlite3 import Row

from minben.demo.agencies.register import Register, spell
from minben.kit import FactRequest, Provider, Subject, Unknown
from minben.kit.types import JSON

DATA_SET = "household-registration/register/person/v1"
_DAYS = frozenset({"died_on", "registered_on"})
_NEVER = "9999-12-31"  # what has not happened is later than every day it is compared with
_PLAIN = frozenset(
    {"birth_date", "birth_sequence", "registered_on", "died_on", "mother", "father", "spouse"}
    | {"household", "township", "name", "name_en"}
)


def offer(provider: Provider) -> None:
    """Answer from the register of persons."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def person(subject: Subject, request: FactRequest) -> JSON | Unknown:
        row = register.one("SELECT * FROM person WHERE number = ?", subject.number)
        if row is None:
            return Unknown()
        if request.fact == "children":
            children = register.all(
                "SELECT number FROM person WHERE mother = ? OR father = ?"
                " ORDER BY birth_date, birth_sequence, number",
                subject.number,
                subject.number,
            )
            return [child["number"] for child in children]
        if request.fact == "moves":
            moves = register.all(
                "SELECT * FROM move WHERE number = ? ORDER BY starts_on", subject.number
            )
            return [spell(m["township"], m["starts_on"], m["ends_on"]) for m in moves]
        held = _column(row, request.fact)
        if held is None and request.fact in _DAYS and request.op != "value":
            return _NEVER
        return held

    @provider.rows(DATA_SET)
    def export(columns: tuple[str, ...]) -> Iterator[Mapping[str, JSON]]:
        for row in register.stream("SELECT * FROM person"):
            yield {"number": row["number"]} | {c: _column(row, c) for c in columns}


def _column(row: Row, fact: str) -> JSON:
    if fact == "sex":
        return "male" if row["sex"] == 1 else "female"
    if fact == "is_national":
        return bool(row["is_national"])
    if fact in _PLAIN:
        value: JSON = row[fact]
        return value
    raise KeyError(fact)
