"""Dated facts, read for one month."""

from __future__ import annotations

from minben.base.month import Month
from minben.law.domain import Value
from minben.law.vocabulary import Spell


def in_month(spells: tuple[Spell, ...], month: Month, default: Value | None) -> Spell | None:
    """The spell that counts for a month: of those touching it, the one that began last.

    Spells of the default say nothing that their absence would not say, and are passed over.
    """
    touching = [s for s in spells if touches(s, month) and s.value != default]
    return max(touching, key=lambda s: s.on, default=None)


def touches(spell: Spell, month: Month) -> bool:
    """Whether a spell covers at least one day of the month."""
    return spell.on <= month.last_day and (spell.until is None or spell.until >= month.first_day)


def days_in(spells: tuple[Spell, ...], value: Value, month: Month) -> int:
    """On how many days of the month the fact had this value; overlapping spells add up."""
    total = 0
    for spell in spells:
        if spell.value == value and touches(spell, month):
            last = month.last_day if spell.until is None else min(spell.until, month.last_day)
            total += (last - max(spell.on, month.first_day)).days + 1
    return min(total, month.days)
