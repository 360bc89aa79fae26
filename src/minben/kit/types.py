"""Words of the provider kit: what a data set's function is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minben.base.month import Month

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


@dataclass(frozen=True, slots=True)
class Subject:
    """當事人 The person asked about.

    `ref` is the platform's reference ("person:<uuid>"), `number` the national ID by which the
    provider finds the person in its own register. Never logged together.
    """

    ref: str
    number: str


@dataclass(frozen=True, slots=True)
class FactRequest:
    """一項詢問 One fact asked, as a comparison or (op "value") as itself.

    `op` is ">=", "<", "==" or "value"; `month` the month that the question is about.
    """

    fact: str
    op: str
    value: int | str | bool | None
    month: Month

    @property
    def on(self) -> date:
        """The first day of the month, for registers that know days."""
        return self.month.first_day


class Unknown:
    """查無資料 The provider holds nothing about this person: neither yes nor no."""


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """回答 What the register says; the kit compares, so that the value stays at home.

    `value` is a plain value or a list of spells `{"value", "on", "until"}`.
    """

    value: JSON | Unknown
