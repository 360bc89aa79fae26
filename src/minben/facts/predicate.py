"""A question to a provider that a yes or no answers, so that the value never leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from minben.base.text import Text
from minben.facts.catalogue import FACTS, Fact
from minben.law.domain import Value
from minben.law.finding import Comparison

_AT_LEAST = Text("{name} 達 {value} 以上（是／否）", "{name} is {value} or more (yes/no)")
_ON_OR_AFTER = Text(
    "{name} 在 {value} 當日或之後（是／否）", "{name} is on or after {value} (yes/no)"
)
_IS = Text("{name} 為「{value}」（是／否）", "{name} is “{value}” (yes/no)")
_YES_NO = Text("{name}（是／否）", "{name} (yes/no)")


@dataclass(frozen=True, order=True)
class Predicate:
    """述詞 One comparison over one fact of one person; op "value" asks for the value itself.

    `op`: "at_least", "is" or "value".
    """

    person: str
    fact: str
    op: str
    value: Value | None = None

    @classmethod
    def of(cls, comparison: Comparison) -> Predicate:
        """The predicate of a comparison that the engine needs."""
        return cls(comparison.person, comparison.fact, comparison.op, comparison.value)

    @property
    def key(self) -> str:
        """`mother.tax_rate>=20`: names it in files, forms and trails. Holds no answer."""
        return Comparison(self.person, self.fact, self.op, self.value).key

    @property
    def about(self) -> Fact:
        """The fact in the catalogue; KeyError when there is none."""
        return FACTS[self.fact]

    @property
    def data_set(self) -> str:
        """The provider's data set that answers it."""
        return self.about.data_set

    @property
    def text(self) -> Text:
        """In words: "income tax rate is 20 % or more (yes/no)", or the fact's name."""
        fact = self.about
        if self.op == "value" or self.value is None:
            return fact.name
        if isinstance(self.value, bool):
            return _YES_NO.filled(name=fact.name)
        pattern = _IS if self.op == "is" else _AT_LEAST
        if self.op == "at_least" and fact.type.kind == "date":
            pattern = _ON_OR_AFTER
        return pattern.filled(name=fact.name, value=fact.named(self.value))

    def answered_by(self, value: Value) -> bool:
        """What the answer is when the value is this: what a provider computes."""
        if self.op == "is":
            return value == self.value
        if self.op != "at_least" or self.value is None or isinstance(value, str):
            raise ValueError(f"{self.key} is not a yes/no question about {value!r}")
        return bool(value >= self.value)  # type: ignore[operator]

    def to_json(self) -> dict[str, object]:
        """Person, fact, op and value (days as text)."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        return {"person": self.person, "fact": self.fact, "op": self.op, "value": value}

    @classmethod
    def from_json(cls, json: Mapping[str, object]) -> Predicate:
        """Read what `to_json` wrote; ValueError when the fact is not in the catalogue."""
        fact = str(json["fact"])
        if fact not in FACTS:
            raise ValueError(f"no fact called {fact!r}")
        value = json.get("value")
        if FACTS[fact].type.kind == "date" and isinstance(value, str):
            value = date.fromisoformat(value)
        if value is not None and not isinstance(value, bool | int | str | date):
            raise ValueError(f"{value!r} is no value of {fact}")
        return cls(str(json["person"]), fact, str(json["op"]), value)
