"""An offer is taken up, or not."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.cases import actions as cases
from minben.cases.types import Channel
from minben.facts.predicate import Predicate
from minben.identity.types import Actor
from minben.jobs import clock
from minben.ledger.types import BankAccount
from minben.life_events import access, consenting, family, proceeding, telling
from minben.life_events.actions.naming import claim
from minben.life_events.models import Offer
from minben.life_events.queries.offers import offer_view
from minben.life_events.types import OfferView
from minben.notices import actions as notices
from minben.packs.load import pack
from minben.trail import actions as trail


@transaction.atomic
def accept_offer(*, actor: Actor, offer: UUID, account: BankAccount | None = None) -> OfferView:
    """Take an offer up: opens the case and proposes the agreement to exactly its subjects.

    With `account`, the bank's yes or no is one more line of the agreement. Refused
    `life_events.not_yours`, `life_events.offer_closed`, `ledger.not_an_account`.
    """
    row = access.offer_of(actor, offer, for_change=True)
    applicant = access.parent(actor, row.dossier)
    if row.closed_on is not None:
        raise Refused("life_events.offer_closed")
    dossier = row.dossier
    dossier.applied_on = clock.today()
    dossier.save(update_fields=["applied_on"])
    parents = family.parents_of(dossier)
    first = {applicant: next(r for r, u in parents.items() if u == applicant)}
    row.reference = cases.open_case(
        pack=dossier.pack,
        agency=pack(dossier.pack).owner_agency,
        subject=dossier.subject,
        applicants={**first, **{u: r for r, u in parents.items()}},
        channel=Channel.COUNTER if actor.assisted_by else Channel.OFFER,
        since=Month.parse(row.since),
        actor=actor.on_trail,
        basis=f"offer:{row.uuid}",
        clerk=actor.assisted_by,
    )
    questions = [Predicate.from_json(ask) for ask in row.asks]
    named = claim(dossier, applicant, account) if account else None
    if named is not None:
        questions.append(consenting.account_question(named))
    if questions:
        view = consenting.propose(
            dossier,
            reference=row.reference,
            applicant=applicant,
            questions=questions,
            by=actor.on_trail,
        )
        row.agreement = view.id
        if named is not None:
            named.agreement = view.id
            named.save(update_fields=["agreement"])
    row.closed_on, row.closed_as = clock.today(), "accepted"
    row.save()
    notices.settle(source=f"offer:{row.uuid}")
    if questions:
        telling.to_sign(row, consenting.signatories(view))
    proceeding.go_on(dossier, after=f"accepted:{row.uuid}")
    return offer_view(row)


@transaction.atomic
def decline_offer(*, actor: Actor, offer: UUID) -> None:
    """Say no to an offer; the right to apply later stays. Refused as for accepting."""
    row = access.offer_of(actor, offer, for_change=True)
    if row.closed_on is not None:
        raise Refused("life_events.offer_closed")
    _close(row, "declined")
    notices.settle(source=f"offer:{row.uuid}")
    for person in family.parents_of(row.dossier).values():
        trail.record(
            verb="life_events.offer_declined",
            subject=person,
            actor=actor.on_trail,
            basis=f"offer:{row.uuid}",
            details={"pack": row.dossier.pack},
        )


def _close(row: Offer, how: str) -> None:
    row.closed_on, row.closed_as = clock.today(), how
    row.save(update_fields=["closed_on", "closed_as"])
