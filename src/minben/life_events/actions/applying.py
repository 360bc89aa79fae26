"""Applying without an offer: by certificate on line, or at the counter with a clerk's help."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.cases import actions as cases
from minben.cases.access import stands_for
from minben.cases.types import Channel
from minben.exchange import actions as exchange
from minben.facts.predicate import Predicate
from minben.identity import queries as identity
from minben.identity.types import Actor
from minben.jobs import clock
from minben.ledger.types import BankAccount
from minben.life_events import consenting, gathering, law, proceeding
from minben.life_events.actions.naming import claim
from minben.life_events.actions.offers import accept_offer
from minben.life_events.models import Offer
from minben.packs import load


@transaction.atomic
def apply(*, actor: Actor, pack: str, child: UUID, account: BankAccount | None = None) -> str:
    """Apply for a child; answers the reference number.

    On line it takes high assurance (a certificate), at the counter (`assisted_by`) the clerk has
    seen the person. Where an offer waits, applying takes it up: the same case, and less asking.
    Refused `identity.step_up`, `life_events.not_your_child`, `life_events.no_such_service`,
    `cases.already_open`.
    """
    if pack not in load.known():
        raise Refused("life_events.no_such_service")
    if actor.assurance < AssuranceLevel.HIGH and actor.assisted_by is None:
        raise Refused("identity.step_up", needed=AssuranceLevel.HIGH.name.lower())
    parents = {p.uuid for p in identity.family_of(child).parents}
    whose = stands_for(actor) & parents
    if not whose:
        raise Refused("life_events.not_your_child")
    offer = Offer.objects.filter(dossier__pack=pack, dossier__subject=child, closed_on=None)
    if (waiting := offer.first()) is not None:
        taken = accept_offer(actor=actor, offer=waiting.uuid, account=account)
        return str(taken.reference)
    applicant = min(whose)
    this_month = Month.of(clock.today())
    rules = load.pack(pack)
    reference = cases.open_case(
        pack=pack,
        agency=rules.owner_agency,
        subject=child,
        applicants={applicant: "applicant"},
        channel=Channel.COUNTER if actor.assisted_by else Channel.ONLINE,
        since=max(this_month - law.FURTHEST_BACK, rules.first_month),
        actor=actor.on_trail,
        basis="application",
        clerk=actor.assisted_by,
    )
    row = proceeding.begin(
        pack_key=pack, subject=child, cause=f"applied:{reference}", month=this_month
    )
    row.applied_on = clock.today()
    row.save(update_fields=["applied_on"])
    if account is not None:
        named = claim(row, applicant, account)
        named.agreement = consenting.propose(
            row,
            reference=reference,
            applicant=applicant,
            questions=[consenting.account_question(named)],
            by=actor.on_trail,
        ).id
        named.save(update_fields=["agreement"])
    return reference


@transaction.atomic
def find_children(*, actor: Actor, pack: str = "childcare") -> bool:
    """Have the household register name the actor's children, under the mandate.

    The answer comes later and fills `identity`; False when no mandate covers the question.
    Refused `life_events.only_oneself` when acting for another.
    """
    if actor.acting_for is not None:
        raise Refused("life_events.only_oneself")
    question = Predicate("applicant", "children", "value")
    mandate = gathering.Mandates(load.pack(pack).owner_agency).of(question)
    if mandate is None:
        return False
    exchange.request_facts(
        subject=actor.person,
        predicates=[question],
        month=Month.of(clock.today()),
        case_ref=f"family:{actor.person}",
        mandate=mandate,
        occasion=str(clock.today()),
    )
    return True
