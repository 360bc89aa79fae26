"""Dated facts, read for one period: a month, and as well a day or a year."""

from __future__ import annotations

from minben.law.domain import Value
from minben.law.periods import Period
from minben.law.vocabulary import Spell


def in_period(spells: tuple[Spell, ...], period: Period, default: Value | None) -> Spell | None:
    """The spell that counts for a period: of those touching it, the one that began last.

    Spells of the default say nothing that their absence would not say, and are passed over.
    """
    touching = [s for s in spells if touches(s, period) and s.value != default]
    return max(touching, key=lambda s: s.on, default=None)


def touches(spell: Spell, period: Period) -> bool:
    """Whether a spell covers at least one day of the period."""
    return spell.on <= period.last_day and (spell.until is None or spell.until >= period.first_day)


def days_in(spells: tuple[Spell, ...], value: Value, period: Period) -> int:
    """On how many days of the period the fact had this value; overlapping spells add up."""
    total = 0
    for spell in spells:
        if spell.value == value and touches(spell, period):
            last = period.last_day if spell.until is None else min(spell.until, period.last_day)
            total += (last - max(spell.on, period.first_day)).days + 1
    return min(total, period.days)
