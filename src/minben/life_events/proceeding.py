"""One dossier, one step further: ask, wait, offer, decide, pay. Called after everything that
happens to it; each call looks at what is there, so any call may be lost or doubled.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.text import Text
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.types import CaseView, Channel, Happening, TaskKind
from minben.facts.predicate import Predicate
from minben.facts.situation import Situation
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.life_events import accounts, consenting, deciding, family, gathering, law, telling
from minben.life_events.models import AccountClaim, Dossier, Offer
from minben.notices import actions as notices
from minben.packs.load import pack

FROM_NOW_ON = ("review", "push", "sibling")  # causes that do not look back
MISSING_DAYS = 7


@transaction.atomic
def proceed(*, dossier: UUID) -> None:
    """Take the dossier as far as it can go on what is known now."""
    row = Dossier.objects.select_for_update().filter(uuid=dossier).first()
    if row is None or gathering.Asked(row).waits() or not gathering.ask_next(row):
        return
    reference = case_queries.living(row.pack, row.subject)
    if reference is not None and not _applicants_are_parents(row, reference):
        return
    ready = consenting.ask_consented(row)
    accounts.take_answers(row, reference)
    if not ready:
        return
    situation = family.situation(row, family.answers(row))
    if reference is None:
        _first_contact(row, situation)
    else:
        _decide(row, reference, situation)


def think(*, dossier: UUID) -> None:
    """Ask the law before the transaction that acts on it: its answers are remembered.

    Writes nothing. Skipped while answers are still on their way.
    """
    row = Dossier.objects.filter(uuid=dossier).first()
    # Before the parents are known the law would wander through every family there could be.
    if row is None or not family.parents_of(row) or gathering.Asked(row).waits():
        return
    situation = family.situation(row, family.answers(row))
    this_month = Month.of(clock.today())
    if case_queries.living(row.pack, row.subject) is None:
        situation = situation.with_fact(law.SUBJECT, "applied_on", clock.today())
    if law.look(row, situation, this_month).status == "not_due":
        return
    since = law.first_month(row, situation, until=this_month)
    for month in law.months(since, this_month):
        law.look(row, situation, month)
    law.decide(row, situation, this_month)
    law.last_day_without_loss(row, situation, since=since, today=clock.today())


def begin(*, pack_key: str, subject: UUID, cause: str, month: Month) -> Dossier:
    """Open the dossier of a subject, or turn it to a new cause, and set it going."""
    row, _ = Dossier.objects.select_for_update().get_or_create(
        pack=pack_key,
        subject=subject,
        defaults={
            "month": str(month),
            "cause": cause,
            "moved_on": clock.today(),
            "persons": {law.SUBJECT: str(subject)},
        },
    )
    if row.cause != cause:
        row.cause, row.month, row.asked, row.moved_on = cause, str(month), {}, clock.today()
        row.save(update_fields=["cause", "month", "asked", "moved_on"])
    go_on(row)
    return row


def go_on(row: Dossier, after: str = "") -> None:
    """Let the worker take the dossier further, once for each thing that happened to it."""
    jobs.enqueue(
        kind="life_events.proceed",
        payload={"dossier": str(row.uuid)},
        key=f"life_events.proceed:{row.uuid}:{row.cause}:{after}",
    )


def _first_contact(row: Dossier, situation: Situation) -> None:
    """Nobody has applied: grant what the statute settles, offer what is still open."""
    this_month = Month.of(clock.today())
    situation = situation.with_fact(law.SUBJECT, "applied_on", clock.today())
    if law.look(row, situation, this_month).status == "not_due":
        return
    since = law.first_month(row, situation, until=this_month)
    questions = _questions(row, situation, since, this_month)
    has_account = AccountClaim.objects.filter(dossier=row, confirmed_on__isnull=False).exists()
    offer = _offer(row, situation, since, questions)
    if offer is None:
        return
    if questions or not has_account:
        telling.offered(offer)
        return
    parents = family.parents_of(row)
    reference = cases.open_case(
        pack=row.pack,
        agency=pack(row.pack).owner_agency,
        subject=row.subject,
        applicants={uuid: role for role, uuid in parents.items()},
        channel=Channel.MANDATE,
        since=since,
        actor=deciding.ACTOR,
        basis="mandate",
    )
    offer.reference, offer.closed_on, offer.closed_as = reference, clock.today(), "paid"
    offer.save(update_fields=["reference", "closed_on", "closed_as"])
    deciding.record_changes(row, reference, situation, since=since, until=this_month, tell=False)
    deciding.plan_payments(row, reference)
    deciding.schedule(row, reference, situation)
    to, payee = deciding.account_of(row, case_queries.overview(reference))
    telling.paid_without_asking(row, reference, to.masked if to else "", payee)


def _decide(row: Dossier, reference: str, situation: Situation) -> None:
    """The case goes on: ask what became open, else decide, pay, and come back next month."""
    view = case_queries.overview(reference)
    this_month = Month.of(clock.today())
    looks_back = view.current is None or not row.cause.startswith(FROM_NOW_ON)
    since = min(Month.parse(row.month), this_month)
    if looks_back:
        # Months before anything was due need no decision, unless one was made about them.
        first = law.first_month(row, situation, until=this_month)
        since = max(view.since, min([first, *(d.since for d in view.decisions)]))
    questions = _questions(row, situation, since, this_month)
    if questions:
        _ask_again(row, view, situation, since, questions)
        return
    deciding.record_changes(row, reference, situation, since=since, until=this_month)
    if law.look(row, situation, this_month).status == "open":
        _missing(reference, row.cause)
    deciding.plan_payments(row, reference)
    deciding.schedule(row, reference, situation)


def _missing(reference: str, cause: str) -> None:
    """Everybody was asked and the law still cannot say: an officer has to find out."""
    cases.open_task(
        source=f"missing:{reference}:{cause}",
        kind=TaskKind.FACTS_MISSING,
        reference=reference,
        within_days=MISSING_DAYS,
    )


def _questions(row: Dossier, situation: Situation, since: Month, until: Month) -> list[Predicate]:
    """What is open in any of the months, in the order of asking, each question once.

    What a mandate covers was asked before: where the register had no answer, consent has none.
    """
    mandates = gathering.Mandates(pack(row.pack).owner_agency)
    found: dict[str, Predicate] = {}
    for month in law.months(since, until):
        for comparison in law.look(row, situation, month).needed:
            question = Predicate.of(comparison)
            found.setdefault(question.key, question)
    return [q for q in found.values() if q.person in row.persons and mandates.of(q) is None]


def _offer(
    row: Dossier, situation: Situation, since: Month, questions: list[Predicate]
) -> Offer | None:
    """Write the offer of this cause; None when it was made before, or nothing can come of it.

    An open offer that promises and asks the same stays, so that nobody is told every month anew;
    one that says something else is replaced.
    """
    decision = law.decide(row, situation, Month.of(clock.today()))
    best = law.best(decision)
    if best is None or Offer.objects.filter(dossier=row, cause=row.cause).exists():
        return None
    offer = Offer(
        dossier=row,
        amount=best.amount,
        scheme_name=(best.scheme_name or pack(row.pack).name).to_json(),
        asks=[q.to_json() for q in questions],
        made_on=clock.today(),
    )
    standing = Offer.objects.filter(dossier=row, closed_on=None).first()
    if standing is not None and standing.says == offer.says:
        offer = standing
    elif standing is not None:
        standing.closed_on, standing.closed_as = clock.today(), "superseded"
        standing.save(update_fields=["closed_on", "closed_as"])
        notices.settle(source=f"offer:{standing.uuid}")
    offer.cause, offer.since = row.cause, str(since)
    offer.not_asked = [t.to_json() for t in law.not_asked(decision)]
    offer.outcomes = [r.to_json() for r in decision.results]
    offer.last_day = law.last_day_without_loss(row, situation, since=since, today=clock.today())
    offer.save()
    return offer


def _ask_again(
    row: Dossier, view: CaseView, situation: Situation, since: Month, questions: list[Predicate]
) -> None:
    """A living case needs facts: terms to sign; or, when all was asked, an officer."""
    before = Offer.objects.filter(dossier=row, cause=row.cause).exclude(agreement="").first()
    already = {Predicate.from_json(a).key for a in before.asks} if before else set()
    if already >= {q.key for q in questions}:
        _missing(view.reference, row.cause)
        return
    offer = before or _offer(row, situation, since, questions)
    if offer is None:
        # Nothing can come of it whatever is answered: the engine would have decided.
        return
    applicant = view.applicants[0]
    agreement = consenting.propose(
        row,
        reference=view.reference,
        applicant=applicant,
        questions=[q for q in questions if q.key not in already],
        by=deciding.ACTOR,
    )
    offer.asks = [q.to_json() for q in questions]
    offer.reference, offer.agreement = view.reference, agreement.id
    offer.closed_on, offer.closed_as = clock.today(), "accepted"
    offer.save()
    telling.to_sign(offer, consenting.signatories(agreement))
    cases.tell(
        reference=view.reference,
        what=Happening.FACTS_ASKED,
        provider=Text("當事人", "the family"),
        count=len(questions),
    )


def _applicants_are_parents(row: Dossier, reference: str) -> bool:
    """Whether the register names every applicant as a parent; else the case ends here."""
    parents = set(family.parents_of(row).values())
    if set(case_queries.people(reference)) <= parents:
        return True
    cases.stop_case(
        reference=reference,
        because="not_a_parent",
        why=Text("申請人非戶籍登記之父母", "The applicant is no registered parent"),
        actor=deciding.ACTOR,
    )
    return False
