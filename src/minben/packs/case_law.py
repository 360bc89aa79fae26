"""Law over a whole case: a family tree, an estate. It runs for one case only, and says so.

A rule of this kind is a plain function `decide(facts, on, numbers)`. It walks trees and lists,
which path exploration and SQL cannot; in exchange it writes its derivation itself, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from minben.law.errors import RuleError
from minben.law.parameter_tree import Number, Parameter, ParameterNode, Scale
from minben.law.parameters import Use
from minben.law.scales import ScaleInForce

Status = Literal["due", "not_due", "open"]
OPEN: Final = "facts_missing"  # the reason of an answer that is open


@dataclass(frozen=True, slots=True)
class Line:
    """推導 One step of a derivation: its words' key, its articles, and what fills its places.

    `amount` is the NTD that the step adds or takes away, None where it only says something.
    """

    key: str
    cite: tuple[str, ...]
    details: Mapping[str, Any] = field(default_factory=dict)
    amount: int | None = None


def line(key: str, *cite: str, amount: int | None = None, **details: Any) -> Line:
    """A `Line`, written as the law reads: `line("spouse_per_head", "civil-1144", heads=3)`."""
    return Line(key, cite, details, amount)


@dataclass(frozen=True, slots=True)
class Missing:
    """所缺事實 A fact without which the law cannot answer: of a person, or of the case itself."""

    person: str | None
    fact: str


@dataclass(frozen=True, slots=True)
class Answer:
    """案件結果 What the law says of a case.

    `core` is what must agree for two answers to be the same to a person: shares, an amount.
    `result` is the decision's own part of the answer; lines, texts and fractions in it are written
    out by `case_answer`.
    """

    status: Status
    reason: str
    core: object
    lines: tuple[Line, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()


class Law:
    """當日法規 The dated numbers in force on one day; every number read is noted in `uses`."""

    def __init__(self, numbers: ParameterNode, on: date) -> None:
        self._numbers, self.on = numbers, on
        self.uses: dict[str, Use] = {}

    def has(self, path: str) -> bool:
        """Whether the number is in force on the day."""
        dated = self._parameter(path).at(self.on)
        return dated is not None and dated.value is not None

    def whole(self, path: str) -> int:
        """A whole number: NTD, years, days."""
        return int(self._value(path))  # type: ignore[arg-type]

    def fraction(self, path: str) -> Fraction:
        """A fraction, written "1/2"."""
        return Fraction(str(self._value(path)))

    def word(self, path: str) -> str:
        """A word that chooses between readings."""
        return str(self._value(path))

    def words(self, path: str) -> tuple[str, ...]:
        """A list of words."""
        value = self._value(path)
        return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)

    def yes(self, path: str) -> bool:
        """A yes or no."""
        return self._value(path) is True

    def tax(self, path: str, base: int) -> int:
        """A scale of marginal rates on a base of whole NTD; fractions of a dollar are dropped."""
        scale = self._find(path)
        if not isinstance(scale, Scale):
            raise RuleError(f"{path} is no scale")
        for parameter in scale.walk():
            if parameter.at(self.on) is not None:
                self._value_of(parameter)
        return int(ScaleInForce(scale, self.on).tax(base, rounding="down"))

    def _value(self, path: str) -> Number:
        return self._value_of(self._parameter(path))

    def _value_of(self, parameter: Parameter) -> Number:
        dated = parameter.at(self.on)
        if dated is None or dated.value is None:
            raise RuleError(f"{parameter.path} has no value on {self.on.isoformat()}")
        self.uses[parameter.path] = Use(
            parameter.path,
            dated.value,
            dated.since,
            dated.references or parameter.references,
            dated.confidence,
            dated.alternatives,
        )
        return dated.value

    def _parameter(self, path: str) -> Parameter:
        found = self._find(path)
        if not isinstance(found, Parameter):
            raise RuleError(f"{path} is no number")
        return found

    def _find(self, path: str) -> Any:
        node: Any = self._numbers
        for name in path.split("."):
            node = node.children.get(name) if isinstance(node, ParameterNode) else None
        if node is None:
            raise RuleError(f"no parameter {path}")
        return node
