"""From answers to decisions to payments: one function for a first decision and every review.

A month's money follows from the newest decision that covers it, be it the law's or an officer's.
"""

from __future__ import annotations

from uuid import UUID

from minben.base.month import Month
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.types import CaseView, DecisionView, Happening
from minben.facts.situation import Situation
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.law.outcome import Outcome
from minben.ledger import payments
from minben.ledger.types import BankAccount
from minben.life_events import family, law, telling
from minben.life_events.models import AccountClaim, Dossier
from minben.packs.load import pack
from minben.packs.model import Review

AGENCY = "child-welfare"
ACTOR = f"agency:{AGENCY}"


def record_changes(
    dossier: Dossier,
    reference: str,
    situation: Situation,
    *,
    since: Month,
    until: Month,
    tell: bool = True,
) -> None:
    """Decide each month and record a decision where the answer changes.

    An officer's override stands until a review on fresh facts decides otherwise.
    """
    answers = family.answers(dossier)
    known_on = max((a.known_on for a in answers), default=clock.today())
    rests_on = tuple(dict.fromkeys(a.transfer for a in answers))
    for month in law.months(since, until):
        effective = decision_for(reference, month)
        look = law.look(dossier, situation, month)
        if look.outcome is None:
            return
        if effective is not None and _same(effective, look.outcome):
            continue
        decision = law.decide(dossier, situation, month)
        found = law.finding(dossier, decision, known_on=known_on, rests_on=rests_on)
        uuid = cases.record_decision(
            reference=reference,
            cause=f"{dossier.cause}:{month}",
            since=month,
            finding=found,
            actor=ACTOR,
            basis=pack(dossier.pack).manifest.key,
        )
        if tell:
            telling.decided(dossier, reference, uuid)


def plan_payments(dossier: Dossier, reference: str) -> None:
    """Set aside what each month's decision grants, give back what none grants any more."""
    view = case_queries.overview(reference)
    if view.state in ("stopped", "objected"):
        payments.stop(reference=reference, because=view.state)
        return
    to, payee = account_of(dossier, view)
    this_month = Month.of(clock.today())
    for month in law.months(view.since, this_month):
        decision = decision_for(reference, month)
        if decision is None:
            continue
        if decision.awaits_confirmation:
            payments.stop(reference=reference, because="to_confirm", since=month, until=month)
            continue
        grants = decision.status == "due" and law.pays_family(dossier.pack, decision.scheme)
        if not grants or decision.amount is None:
            payments.stop(reference=reference, because="not_due", since=month, until=month)
            continue
        if payments.is_covered(reference=reference, month=month, amount=decision.amount):
            continue
        payments.plan(
            reference=reference,
            person=payee,
            month=month,
            amount=decision.amount,
            purpose=f"allowance:{dossier.pack}",
            to=to,
            due_on=max(month.last_day, clock.today()),
            basis=str(decision.uuid),
        )
        _run_at_the_end_of(max(month, this_month))
        cases.tell(
            reference=reference,
            what=Happening.PAYMENT_PLANNED,
            month=month,
            amount=f"{decision.amount:,}",
        )
    asked = AccountClaim.objects.filter(dossier=dossier, confirmed_on=None, refused_on=None)
    if to is None and not asked.exists() and any(d.status == "due" for d in view.decisions):
        telling.account_needed(dossier, reference, payee)


def schedule(dossier: Dossier, reference: str, situation: Situation) -> None:
    """Come back on the first of next month; never again when the law has nothing more to say."""
    today = clock.today()
    following = Month.of(today) + 1
    latest = case_queries.current_decision(reference)
    if latest is not None and latest.status == "not_due" and not next_review(dossier, situation):
        return
    jobs.enqueue(
        kind="life_events.month",
        payload={"dossier": str(dossier.uuid), "reference": reference, "month": str(following)},
        due_on=following.first_day,
        key=f"life_events.month:{reference}:{following}",
    )


def _run_at_the_end_of(month: Month) -> None:
    jobs.enqueue(
        kind="life_events.pay",
        payload={"month": str(month)},
        due_on=month.last_day,
        key=f"life_events.pay:{month}",
    )


def month_begins(dossier: Dossier, reference: str, month: Month) -> None:
    """Ask the law for the new month on what is known; where it would say otherwise than before,
    have the registers asked afresh first.
    """
    row = Dossier.objects.select_for_update().get(pk=dossier.pk)
    situation = family.situation(row, family.answers(row))
    before, now = law.look(row, situation, month - 1), law.look(row, situation, month)
    changed = [o.answer for o in now.outcomes] != [o.answer for o in before.outcomes]
    if now.is_open or changed:
        row.cause, row.month, row.asked = f"review:{month}", str(month), {}
        row.moved_on = clock.today()
        row.save(update_fields=["cause", "month", "asked", "moved_on"])
        jobs.enqueue(
            kind="life_events.proceed",
            payload={"dossier": str(row.uuid)},
            key=f"life_events.proceed:{row.uuid}:{row.cause}:",
        )
        return
    plan_payments(row, reference)
    schedule(row, reference, situation)


def next_review(dossier: Dossier, situation: Situation) -> Review | None:
    """From when another answer is to be expected on the same facts, and why."""
    return pack(dossier.pack).next_review(situation, law.SUBJECT, clock.today())


def decision_for(reference: str, month: Month) -> DecisionView | None:
    """The newest decision that covers a month."""
    covering = (d for d in case_queries.decisions_of(reference) if d.since <= month)
    return next(covering, None)


def account_of(dossier: Dossier, case: CaseView) -> tuple[BankAccount | None, UUID]:
    """The account that the bank confirmed last, and whose it is; else no account, an applicant."""
    claim = (
        AccountClaim.objects.filter(dossier=dossier, confirmed_on__isnull=False)
        .order_by("-id")
        .first()
    )
    if claim is not None:
        return BankAccount(claim.bank_code, claim.account), claim.person
    return None, case.applicants[0]


def _same(before: DecisionView, outcome: Outcome) -> bool:
    amount = outcome.settled_amount
    return (before.status, before.scheme, before.amount) == (
        outcome.status,
        outcome.scheme,
        amount,
    )
