"""Asking a pack: what is due for this family and month, and what is still open.

The only place where this room touches the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.cases.types import DisputedView, Finding
from minben.facts.catalogue import FACTS
from minben.facts.situation import Situation
from minben.law.finding import Finding as Look
from minben.life_events.models import Dossier
from minben.packs.decision import Decision, Dispute, Result
from minben.packs.load import pack
from minben.protocol.canonical import digest

SUBJECT = "child"
FURTHEST_BACK = 24  # months; older claims are for the counter
LONGEST_WAIT = 400  # days searched for the last day without loss
REMEMBERED = 512  # answers kept between thinking and acting


def decide(dossier: Dossier, situation: Situation, month: Month) -> Decision:
    """The pack's answer for one month, with words, trace and disputes."""
    return _decided(dossier.pack, _Same(situation), month)


def look(dossier: Dossier, situation: Situation, month: Month) -> Look:
    """The engine's bare answer, without words, trace or disputes: for searching many months."""
    return _looked(dossier.pack, _Same(situation), month)


class _Same:
    """A situation by what it says, so that thinking done before a transaction is found in it."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.name = digest(situation.to_json())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


@lru_cache(maxsize=REMEMBERED)
def _decided(key: str, same: _Same, month: Month) -> Decision:
    return pack(key).decide(same.situation, subject=SUBJECT, month=month)


@lru_cache(maxsize=REMEMBERED)
def _looked(key: str, same: _Same, month: Month) -> Look:
    rules = pack(key)
    return rules.rules(month).decide(
        same.situation, subject=SUBJECT, variable=rules.manifest.decides
    )


def finding(
    dossier: Dossier, decision: Decision, *, known_on: date, rests_on: tuple[UUID, ...]
) -> Finding:
    """A decision of the engine as a case records it."""
    return Finding(
        status=decision.status,
        scheme=decision.scheme,
        scheme_name=decision.results[0].scheme_name if decision.status == "due" else None,
        amount=NTD(decision.amount) if decision.amount is not None else None,
        reason_key=decision.reason.key,
        reason=decision.reason.text,
        citations=tuple(source.text for source in decision.citations),
        trace=decision.trace,
        disputed=tuple(_disputed(one) for one in decision.disputed),
        rules_hash=decision.rules_hash,
        facts_known_on=known_on,
        rests_on=rests_on,
        appeal_days=pack(dossier.pack).manifest.appeal.days,
    )


def pays_family(dossier_pack: str, scheme: str | None) -> bool:
    """Whether money goes to the family under a scheme (a cap on fees pays nobody)."""
    schemes = pack(dossier_pack).manifest.schemes
    return scheme is not None and schemes[scheme].pays == "family"


def first_month(dossier: Dossier, situation: Situation, *, until: Month) -> Month:
    """The first month, at most two years back, for which something is due or still open."""
    earliest = max(until - FURTHEST_BACK, pack(dossier.pack).manifest.first_month)
    born = situation.knowledge(SUBJECT, "birth_date")
    if isinstance(born, date):
        earliest = min(until, max(earliest, Month.of(born)))
    for month in months(earliest, until):
        if look(dossier, situation, month).status != "not_due":
            return month
    return until


def last_day_without_loss(
    dossier: Dossier, situation: Situation, *, since: Month, today: date
) -> date | None:
    """The last day on which applying still keeps the first month; None when none is lost.

    Found by asking the law itself, so that no number of days stands in this code.
    """

    def lost(day: date) -> bool:
        applied = situation.with_fact(SUBJECT, "applied_on", day)
        return look(dossier, applied, since).status == "not_due"

    if lost(today) or not lost(today + timedelta(days=LONGEST_WAIT)):
        return None
    low, high = 0, LONGEST_WAIT  # kept: low days from now; lost: high days from now
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lost(today + timedelta(days=middle)) else (middle, high)
    return today + timedelta(days=low)


def best(decision: Decision) -> Result | None:
    """The result that is worth most to the family, of those still reachable; None: nothing is."""
    due = [r for r in decision.results if r.status == "due" and r.pays == "family"]
    return max(due, key=lambda r: r.amount or 0, default=None)


def not_asked(decision: Decision) -> tuple[Text, ...]:
    """Names of facts that the law may use but that cannot change this answer, each once."""
    asked = {predicate.fact for predicate in decision.needed}
    names = dict.fromkeys(key.rpartition(".")[2] for key in decision.not_needed)
    return tuple(FACTS[n].name for n in names if n in FACTS and n not in asked)


def _disputed(dispute: Dispute) -> DisputedView:
    used, other = str(dispute.value), str(dispute.alternative)
    return DisputedView(dispute.description, Text(used, used), (Text(other, other),))


def months(first: Month, last: Month) -> Iterator[Month]:
    """From the first to the last, both included."""
    for index in range(first.index, last.index + 1):
        yield Month.from_index(index)
