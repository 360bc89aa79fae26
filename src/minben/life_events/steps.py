"""The step runner: what wakes a life event, each as a job of the one lease table.

Lower rooms say what happened by enqueuing ("consent.changed", "exchange.completed" …); this room
goes on from there. Every handler looks at the present state, so a job done twice does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from minben.base.month import Month
from minben.base.text import Text
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.types import Happening, TaskKind
from minben.consent import actions as consent_actions
from minben.consent import queries as consents
from minben.exchange import queries as exchange
from minben.exchange.types import TransferState
from minben.facts.catalogue import CHILDCARE, HOUSEHOLD
from minben.facts.predicate import Predicate
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.jobs.registry import handler
from minben.ledger import payments
from minben.life_events import deciding, ending, gathering, law, proceeding, telling
from minben.life_events.models import AccountClaim, Dossier, Offer
from minben.life_events.queries.catalogue import catalogue
from minben.life_events.queries.screenings import unwilling
from minben.packs.load import pack

Payload = Mapping[str, str]
BIRTH = "born"  # kind of a change whose first person is the newborn
DEATH = "died"  # kind of a change that names those who died, and nobody else
CHILDREN = CHILDCARE  # the data set whose lists name children only


def think(payload: Payload, key: str) -> None:
    """Before the transaction: let the law think, so that the database waits for nobody."""
    if "dossier" in payload:
        proceeding.think(dossier=UUID(payload["dossier"]))
    elif "case_ref" in payload and (dossier := _dossier(payload["case_ref"])):
        proceeding.think(dossier=dossier.uuid)
    elif "agreement" in payload:
        for one in _under(payload["agreement"]):
            proceeding.think(dossier=one.uuid)


@handler("life_events.proceed", outside=think)
def go_on(payload: Payload, thought: None) -> None:
    """Take a dossier as far as it can go."""
    proceeding.proceed(dossier=UUID(payload["dossier"]))


@handler("exchange.completed", outside=think)
def answered(payload: Payload, thought: None) -> None:
    """An agency answered, or never will."""
    dossier = _dossier(payload["case_ref"])
    if dossier is None:
        return
    reference = case_queries.living(dossier.pack, dossier.subject)
    transfer = exchange.transfer(UUID(payload["transfer"]))
    if reference is not None:
        if transfer.state is TransferState.REFUSED:
            telling.provider_refused(reference, transfer)
        else:
            cases.tell(
                reference=reference,
                what=Happening.FACTS_RECEIVED,
                provider=transfer.provider_name,
            )
    proceeding.proceed(dossier=dossier.uuid)


@handler("exchange.pushed")
def pushed(payload: Mapping[str, object]) -> None:
    """A list changed at an agency: what is known of that person is looked at again.

    A living case is reopened; a dossier without one is asked about afresh, and ends in an offer,
    a payment or nothing, as the law says. A known child on a list of places in care gets a
    dossier; so does a newborn, whose siblings follow once the register named them.
    """
    listed = payload.get("persons")
    persons = [UUID(str(one)) for one in listed] if isinstance(listed, list) else []
    if payload.get("kind") == DEATH and payload.get("data_set") == HOUSEHOLD:
        _died(persons, payload)
    cause = f"push:{payload['push']}"
    is_birth = payload.get("kind") == BIRTH and bool(persons)
    for person in persons[1:] if is_birth else persons:  # a birth told twice is no change
        for dossier in Dossier.objects.filter(subject=person).order_by("id"):
            _wake(dossier, cause, Text("資料提供機關通報異動", "an agency reported a change"))
        if payload.get("data_set") == CHILDREN:
            _found(person, cause)
    if is_birth:
        _found(persons[0], cause)


@handler("life_events.sibling")
def sibling_found(payload: Payload) -> None:
    """The register named another child of a parent: the children it had are looked at again.

    Their place among their siblings may have changed, and with it the amount.
    """
    newcomer = payload["subject"]
    for dossier in Dossier.objects.filter(subject=UUID(payload["sibling"])).order_by("id"):
        if newcomer not in dossier.persons.values():
            why = Text("家中新增子女", "a child joined the family")
            _wake(dossier, f"sibling:{newcomer}", why)


@handler("consent.changed", outside=think)
def signed(payload: Payload, thought: None) -> None:
    """Somebody accepted, rejected or revoked."""
    agreement = payload["agreement"]
    status = consents.state(agreement).status
    for dossier in _under(agreement):
        if status in ("rejected", "revoked", "void"):
            ending.without_consent(dossier, agreement, status)
        elif status == "expired":
            ending.without_consent(dossier, agreement, "not_signed")
        else:
            proceeding.proceed(dossier=dossier.uuid)


@handler("consent.reminder")
def to_be_reminded(payload: Payload) -> None:
    """Somebody's word is still waited for as the deadline nears."""
    telling.reminded_to_sign(
        payload["hand"], payload["agreement"], payload["due_at"], payload["last_day"]
    )


@handler("life_events.signed_by")
def not_signed(payload: Payload) -> None:
    """The last day to sign has passed."""
    if consents.state(payload["agreement"]).status in ("pending", "expired"):
        for dossier in _under(payload["agreement"]):
            ending.without_consent(dossier, payload["agreement"], "not_signed")


@handler("cases.decided")
def decided(payload: Payload) -> None:
    """An officer confirmed or overrode: the money follows."""
    dossier = _of_case(payload["reference"])
    telling.decided(dossier, payload["reference"], UUID(payload["decision"]), by_officer=True)
    deciding.plan_payments(dossier, payload["reference"])


@handler("cases.appeal_answered")
def appeal_answered(payload: Payload) -> None:
    """The person is told; an upheld appeal has everything asked afresh."""
    reference = payload["reference"]
    upheld = telling.appeal_answered(reference, UUID(payload["appeal"]))
    if upheld:
        dossier = _of_case(reference)
        proceeding.begin(
            pack_key=dossier.pack,
            subject=dossier.subject,
            cause=f"appeal:{payload['appeal']}",
            month=Month.of(clock.today()),
        )


@handler("cases.objection_settled")
def objection_settled(payload: Mapping[str, object]) -> None:
    """The officer and the person agreed: it ends, or it goes on."""
    reference = str(payload["reference"])
    dossier = _of_case(reference)
    if payload["stop"]:
        why = Text("依您的異議停止", "as you wished")
        ending.stop(dossier, reference, because="objected", why=why)
    else:
        deciding.plan_payments(dossier, reference)


@handler("life_events.month", outside=think)
def month_begins(payload: Payload, thought: None) -> None:
    """The first of a month: the law is asked again; on a day of review, so are the registers."""
    dossier = Dossier.objects.get(uuid=payload["dossier"])
    if case_queries.living(dossier.pack, dossier.subject) != payload["reference"]:
        return
    deciding.month_begins(dossier, payload["reference"], Month.parse(payload["month"]))


@handler("life_events.pay")
def pay(payload: Payload) -> None:
    """The last day of a month: the bank gets its file."""
    month = Month.parse(payload["month"])
    payments.run_month(month=month, execute_on=clock.today())
    following = month + 1
    jobs.enqueue(
        kind="life_events.pay",
        payload={"month": str(following)},
        due_on=following.last_day,
        key=f"life_events.pay:{following}",
    )


@handler("ledger.settled")
def settled(payload: Payload) -> None:
    """The bank paid, or sent it back."""
    uuid = UUID(payload["payment"])
    payment, person = payments.payment(uuid), payments.payee(uuid)
    if payment.state == "paid":
        telling.paid(payment, person)
    elif payment.state == "returned":
        ending.forget_account(_of_case(payment.reference), person)
        cases.tell(
            reference=payment.reference, what=Happening.PAYMENT_RETURNED, month=payment.month
        )
        telling.returned(payment, person)
        deciding.plan_payments(_of_case(payment.reference), payment.reference)


@handler("notices.silent")
def silent(payload: Payload) -> None:
    """Notice, reminder and letter were not answered: somebody goes and asks."""
    reference = payload["reference"]
    is_case = reference.startswith("MB-")
    cases.open_task(
        source=f"silent:{payload['notice']}",
        kind=TaskKind.REACH_PERSON,
        reference=reference if is_case else None,
        within_days=14,
        agency=None if is_case else deciding.AGENCY,
    )


def _wake(dossier: Dossier, cause: str, why: Text) -> None:
    """Look at a family again, from this month on: a living case is told why.

    A family that said no, and has nothing living, is left in peace as by every screening.
    """
    reference = case_queries.living(dossier.pack, dossier.subject)
    if reference is not None:
        cases.tell(reference=reference, what=Happening.REOPENED, why=why)
    elif unwilling(dossier.pack, dossier.subject):
        return
    proceeding.begin(
        pack_key=dossier.pack,
        subject=dossier.subject,
        cause=cause,
        month=Month.of(clock.today()),
    )


def _found(child: UUID, cause: str) -> None:
    """A child is found by what an agency told, for every service that belongs to a birth."""
    question = Predicate(law.SUBJECT, "birth_date", "value")
    (birth,) = (stage for stage in catalogue() if stage.key == "birth")
    for key in (service.pack for service in birth.services):
        if gathering.Mandates(pack(key).owner_agency).of(question) is None:
            continue
        if not Dossier.objects.filter(pack=key, subject=child).exists():
            month = Month.of(clock.today())
            proceeding.begin(pack_key=key, subject=child, cause=cause, month=month)


def _dossier(case_ref: str) -> Dossier | None:
    key, _, subject = case_ref.partition(":")
    return Dossier.objects.filter(pack=key, subject=subject).first() if subject else None


def _of_case(reference: str) -> Dossier:
    view = case_queries.overview(reference)
    return Dossier.objects.get(pack=view.pack, subject=view.subject)


def _died(persons: list[UUID], payload: Mapping[str, object]) -> None:
    """What they had agreed ends, or stands, as each agreement says."""
    day = date.fromisoformat(str(payload["on"]))
    for person in persons:
        consent_actions.record_register_event(
            kind="died",
            person=person,
            at=datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()),
            source=str(payload["agency"]),
            evidence=f"push:{payload['push']}",
        )


def _under(agreement: str) -> list[Dossier]:
    offers = Offer.objects.filter(agreement=agreement).values_list("dossier", flat=True)
    claims = AccountClaim.objects.filter(agreement=agreement).values_list("dossier", flat=True)
    return list(Dossier.objects.filter(pk__in={*offers, *claims}).order_by("id"))
