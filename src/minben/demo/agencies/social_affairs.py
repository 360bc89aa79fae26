"""社會局 Social affairs: assistance classes, and the account that benefits are paid to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Row as Listed

from minben.demo.agencies.register import Register, spell
from minben.kit import FactAnswer, FactRequest, Provider, Subject, Unknown
from minben.kit.types import JSON, Row

DATA_SET = "social-affairs/assistance/class/v1"
_FLAGS = ("disadvantaged", "in_state_placement")


def offer(provider: Provider) -> None:
    """Answer from the assistance list; who is not on it is of the general class."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def assistance(subject: Subject, request: FactRequest) -> FactAnswer | Unknown | JSON:
        if request.fact == "benefit_account":
            row = register.one("SELECT * FROM benefit_account WHERE number = ?", subject.number)
            return Unknown() if row is None else f"{row['bank_code']}-{row['account']}"
        rows = register.all("SELECT * FROM assistance WHERE number = ?", subject.number)
        return _fact(rows, request.fact)

    @provider.rows(DATA_SET)
    def export(columns: tuple[str, ...]) -> Iterator[Row]:
        listed: dict[str, list[Listed]] = {}
        for row in register.stream("SELECT * FROM assistance ORDER BY number, starts_on"):
            listed.setdefault(row["number"], []).append(row)
        accounts = {
            row["number"]: f"{row['bank_code']}-{row['account']}"
            for row in register.stream("SELECT * FROM benefit_account")
        }
        for number in sorted({*listed, *(accounts if "benefit_account" in columns else ())}):
            rows = listed.get(number, [])
            yield {"number": number} | {
                c: accounts.get(number) if c == "benefit_account" else _fact(rows, c)
                for c in columns
            }


def _fact(rows: Sequence[Listed], fact: str) -> FactAnswer | JSON:
    if fact == "income_class":
        spells = [spell(row["income_class"], row["starts_on"], row["ends_on"]) for row in rows]
        return FactAnswer(spells, otherwise="general")
    if fact in _FLAGS:
        return any(bool(row[fact]) and row["ends_on"] is None for row in rows)
    raise KeyError(fact)
