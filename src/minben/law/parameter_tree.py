"""The law's numbers over time, as the files hold them: values, scales, folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Number = bool | int | str | Decimal | tuple[Any, ...] | None


@dataclass(frozen=True)
class DatedValue:
    """一段期間的法定數值 A parameter's value from a day on, with its source.

    `until` is the last day, None while it is in force. `confidence` is the source's class (A
    official text … M memory). `alternatives` are other readings of a disputed value.
    """

    since: date
    value: Number
    until: date | None = None
    references: tuple[str, ...] = ()
    confidence: str = ""
    alternatives: tuple[Number, ...] = ()
    note: str = ""

    @property
    def disputed(self) -> bool:
        """Whether sources disagree on this value."""
        return bool(self.alternatives)


@dataclass(frozen=True)
class Parameter:
    """法定參數 One number (or word, or yes/no) of the law over time, newest value last."""

    path: str
    values: tuple[DatedValue, ...]
    description: str = ""
    unit: str = ""
    references: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def at(self, on: date) -> DatedValue | None:
        """The value in force on a day, None before the first and where it is void."""
        for dated in reversed(self.values):
            if dated.since <= on:
                return dated if dated.until is None or on <= dated.until else None
        return None

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which it changes."""
        days = {v.since for v in self.values}
        return tuple(sorted(days))


@dataclass(frozen=True)
class Bracket:
    """級距 One bracket of a scale: from a threshold on, an amount or a rate, both dated."""

    threshold: Parameter
    amount: Parameter | None = None
    rate: Parameter | None = None


@dataclass(frozen=True)
class Scale:
    """級距表 A scale of OpenFisca: `kind` is single_amount, marginal_amount or marginal_rate."""

    path: str
    kind: str
    brackets: tuple[Bracket, ...]
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def walk(self) -> Iterator[Parameter]:
        """Every threshold, amount and rate."""
        for bracket in self.brackets:
            for parameter in (bracket.threshold, bracket.amount, bracket.rate):
                if parameter is not None:
                    yield parameter

    def at(self, on: date) -> tuple[tuple[Number, Number], ...]:
        """(threshold, amount or rate) of each bracket in force on a day."""
        found = []
        for bracket in self.brackets:
            value = bracket.amount if bracket.amount is not None else bracket.rate
            threshold = bracket.threshold.at(on)
            worth = None if value is None else value.at(on)
            if threshold is not None and worth is not None and threshold.value is not None:
                found.append((threshold.value, worth.value))
        return tuple(found)


@dataclass(frozen=True)
class ParameterNode:
    """A folder or file of parameters: name → parameter, scale or node."""

    path: str
    children: Mapping[str, Any]
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def walk(self) -> Iterator[Parameter]:
        """Every parameter below, in the files' order."""
        for child in self.children.values():
            if isinstance(child, Parameter):
                yield child
            else:
                yield from child.walk()

    @property
    def changes(self) -> tuple[date, ...]:
        """Every day on which some parameter changes: the phases of the law."""
        return tuple(sorted({day for parameter in self.walk() for day in parameter.changes}))
