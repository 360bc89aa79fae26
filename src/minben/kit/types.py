"""Words of the provider kit: what a data set's function is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
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

    `op` is "at_least", "is" or "value"; `month` the month that the question is about.
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


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Later:
    """稍後答覆 The register cannot say yet: the recipient asks again, or is told when it can.

    `seconds` is when to ask again at the latest; `Provider.ready` tells it sooner.
    """

    seconds: int = 3600


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """回答 What the register says; the kit compares, so that the value stays at home.

    `value` is a plain value, a list of them ("is" asks whether one of them is it), or a list of
    spells `{"value", "on", "until"}` (both days included); `otherwise` holds in a month that no
    spell touches.
    """

    value: JSON | Unknown
    otherwise: JSON | Unknown = UNKNOWN

    @classmethod
    def of(cls, told: FactAnswer | Unknown | JSON) -> FactAnswer:
        """What a data set's function returned, as an answer."""
        return told if isinstance(told, FactAnswer) else cls(told)


Row = Mapping[str, FactAnswer | Unknown | JSON]
