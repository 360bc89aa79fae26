"""What if the child's place changes next month: the law asked twice, nothing kept or sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.facts.situation import Situation
from minben.facts.words import Care, Kindergarten
from minben.identity.types import Actor
from minben.jobs import clock
from minben.law.difference import partings
from minben.law.vocabulary import Spell
from minben.life_events import family, law
from minben.life_events.models import Dossier
from minben.life_events.queries.mine import case
from minben.life_events.types import LookView, Placement, WhatIfView
from minben.life_events.words import said
from minben.packs.decision import Decision
from minben.packs.load import pack

MOST_HOURS = 168  # in a week
MOST_FEE = 100_000  # NTD a month
_CARE = {
    Placement.PUBLIC_CARE: Care.PUBLIC,
    Placement.QUASI_PUBLIC_CARE: Care.QUASI_PUBLIC,
    Placement.PRIVATE_CARE: Care.PRIVATE,
}
_KINDERGARTEN = {
    Placement.PUBLIC_KINDERGARTEN: Kindergarten.PUBLIC,
    Placement.NON_PROFIT_KINDERGARTEN: Kindergarten.NON_PROFIT,
    Placement.QUASI_PUBLIC_KINDERGARTEN: Kindergarten.QUASI_PUBLIC,
}


def what_if(
    actor: Actor, reference: str, *, placement: Placement, hours: int, fee: int
) -> WhatIfView:
    """Today's answer for next month beside the answer with another place for the child.

    `hours` of care a week, `fee` of the kindergarten in NTD a month. Refused
    `life_events.not_yours` for anybody whom the case does not concern, and
    `life_events.nothing_to_try` where the law does not ask where the child is.
    """
    view = case(actor, reference).case
    dossier = Dossier.objects.filter(pack=view.pack, subject=view.subject).first()
    if dossier is None or "care" not in pack(view.pack).manifest.asks.subject:
        raise Refused("life_events.nothing_to_try")
    month = Month.of(clock.today()) + 1
    now = family.situation(dossier, family.answers(dossier))
    then = placed(now, placement, month=month, hours=hours, fee=fee)
    before, after = law.decide(dossier, now, month), law.decide(dossier, then, month)
    changed = (f"{law.SUBJECT}.{fact}" for fact in ("care", "kindergarten", "weekly_care_hours"))
    about = tuple(changed)
    parted = (
        (parting.before, parting.after)
        for parting in partings(before.finding.trace, after.finding.trace)
        if parting.person == law.SUBJECT
    )
    return WhatIfView(
        month=month,
        placement=placement,
        before=_look(before),
        after=_look(after),
        change=_change(before, after),
        parted=tuple((a or "", b or "") for a, b in parted if _only_of(about, a, b)),
        same=before.answer == after.answer,
    )


def placed(
    situation: Situation, placement: Placement, *, month: Month, hours: int, fee: int
) -> Situation:
    """The same family, the child in another place from the first of a month on."""
    facts: dict[str, Any] = {
        "care": _from(situation, "care", _CARE.get(placement), month),
        "kindergarten": _from(situation, "kindergarten", _KINDERGARTEN.get(placement), month),
        "weekly_care_hours": hours,
        "kindergarten_fee": fee,
    }
    subject: Mapping[str, Any] = {**situation.facts[situation.subject], **facts}
    return replace(situation, facts={**situation.facts, situation.subject: subject})


def _from(situation: Situation, fact: str, value: str | None, month: Month) -> tuple[Spell, ...]:
    """The spells known so far, ended before the month, and the new one."""
    known = situation.knowledge(situation.subject, fact)
    last = month.first_day - timedelta(days=1)
    kept = [
        spell if spell.until is not None and spell.until <= last else replace(spell, until=last)
        for spell in (known if isinstance(known, tuple) else ())
        if spell.on <= last
    ]
    return (*kept, Spell(str(value), month.first_day)) if value is not None else tuple(kept)


def _only_of(about: tuple[str, ...], *conditions: str | None) -> bool:
    """Whether these conditions speak of what was tried only, never of anybody's other facts."""
    return all(c is None or c.startswith(about) for c in conditions)


def _look(decision: Decision) -> LookView:
    result = decision.results[0] if decision.status != "open" else None
    return LookView(
        status=decision.status,
        scheme_name=None if result is None else result.scheme_name,
        amount=None if result is None else result.amount,
        pays=None if result is None else result.pays,
        reason=decision.reason.text if decision.status != "open" else said("what_if.open"),
        citations=() if result is None else tuple(source.text for source in result.citations),
    )


def _change(before: Decision, after: Decision) -> int | None:
    """NTD a month more; None where one is open, or a payment stands beside a price."""
    if "open" in (before.status, after.status) or "price" in (before.pays, after.pays):
        return None
    return (after.amount or 0) - (before.amount or 0)
