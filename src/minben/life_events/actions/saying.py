"""What a person says to a decision or a payment, with what follows from it at once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.cases.access import own
from minben.cases.types import Channel
from minben.identity.types import Actor
from minben.ledger import payments
from minben.life_events import ending
from minben.life_events.models import Dossier
from minben.notices import actions as notices
from minben.packs.load import pack


@transaction.atomic
def object_to(*, actor: Actor, reference: str, words: str = "") -> None:
    """Object to a payment that came without asking: what is not yet sent is held back.

    Refused `cases.not_yours`, `cases.nothing_to_object`, `life_events.asked_for` for a case that
    somebody applied for (that is withdrawn, or appealed).
    """
    case = case_queries.by_reference(reference)
    own(actor, case)
    if case.channel != Channel.MANDATE:
        raise Refused("life_events.asked_for")
    cases.file_objection(actor=actor, reference=reference, words=words)
    payments.stop(reference=reference, because="objected")
    for person in case_queries.people(reference):
        notices.notify(
            person=person,
            key="objection.received",
            details={},
            source=f"objection:{reference}:{case.objections.count()}",
            reference=reference,
        )


@transaction.atomic
def appeal(
    *, actor: Actor, reference: str, decision: UUID, grounds: str, fact: str | None = None
) -> UUID:
    """Appeal a decision, or a fact under it (it goes to the fact's provider).

    Refused what `cases.actions.file_appeal` refuses, and `life_events.no_such_fact`.
    """
    case = case_queries.by_reference(reference)
    own(actor, case)
    goes_to = pack(case.pack).manifest.owner_name
    if fact is not None:
        goes_to = _provider_of(actor, reference, decision, fact)
    uuid = cases.file_appeal(
        actor=actor,
        reference=reference,
        decision=decision,
        grounds=grounds,
        goes_to=goes_to,
        fact=fact,
    )
    notices.notify(
        person=actor.person,
        key="appeal.received",
        details={
            "goes_to": goes_to,
            "answer_by": case_queries.appeal(uuid).answer_by.isoformat(),
        },
        source=f"appeal:{uuid}",
        reference=reference,
    )
    return uuid


@transaction.atomic
def withdraw(*, actor: Actor, reference: str) -> None:
    """Take an application back: payment stops. Refused `cases.not_yours`,
    `life_events.case_stopped`.
    """
    case = case_queries.by_reference(reference)
    own(actor, case)
    if case.stopped_on is not None:
        raise Refused("life_events.case_stopped")
    dossier = Dossier.objects.get(pack=case.pack, subject=case.subject)
    why = Text("申請人撤回申請", "the applicant withdrew")
    ending.stop(dossier, reference, because="withdrawn", why=why)


def _provider_of(actor: Actor, reference: str, decision: UUID, fact: str) -> Text:
    view = case_queries.case_view(
        case_queries.by_reference(reference), viewers=frozenset({actor.person})
    )
    for known in view.decisions:
        if known.uuid == decision:
            for one in known.rests_on:
                if one.key == fact:
                    return one.provider
    raise Refused("life_events.no_such_fact")
