"""A person's own cases, tasks and messages on one page."""

from __future__ import annotations

from uuid import UUID

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import queries as cases
from minben.cases.access import people_of, stands_for
from minben.cases.types import CaseView, Channel
from minben.identity import queries as identity
from minben.identity.types import Actor, PersonView
from minben.jobs import clock
from minben.ledger import queries as ledger
from minben.life_events import deciding, family
from minben.life_events.models import Dossier, Offer
from minben.life_events.queries.drafts import drafts_of
from minben.life_events.queries.offers import for_you
from minben.life_events.types import HomeView, MyCaseView, ReceiptView
from minben.life_events.words import said
from minben.notices import queries as notices


def home(actor: Actor) -> HomeView:
    """Everything that waits for a person."""
    return HomeView(
        offers=tuple(o for o in for_you(actor) if o.state in ("open", "waiting")),
        cases=my_cases(actor),
        tasks=cases.tasks_of(actor.person),
        notices=notices.inbox(actor.person),
        drafts=drafts_of(actor),
    )


def my_cases(actor: Actor) -> tuple[MyCaseView, ...]:
    """The actor's cases, newest first."""
    return tuple(case(actor, reference) for reference in cases.of_person(actor))


def case(actor: Actor, reference: str) -> MyCaseView:
    """One case; `life_events.not_yours` for anybody whom it does not concern."""
    view = _view(actor, reference)
    dossier = Dossier.objects.filter(pack=view.pack, subject=view.subject).first()
    review = account = None
    if dossier is not None:
        known = family.answers(dossier)
        if view.current is not None and view.state != "stopped" and known:
            review = deciding.next_review(dossier, family.situation(dossier, known))
        account, payee = deciding.account_of(dossier, view)
        account = account if payee in stands_for(actor) else None
    return MyCaseView(
        case=view,
        payments=ledger.payments_of(reference, seen_by=stands_for(actor)),
        tasks=cases.tasks_of_case(reference, actor.person),
        next_review_on=review.on if review else None,
        next_review_why=review.text if review else None,
        account=account.masked if account else None,
        can_object=view.channel is Channel.MANDATE and view.state == "paying",
        can_appeal=view.current is not None and clock.today() <= view.current.appeal_until,
    )


def my_children(actor: Actor) -> tuple[PersonView, ...]:
    """The children of the actor, or of their principal, as the register told them."""
    found = [c for uuid in stands_for(actor) for c in identity.family_of(uuid).children]
    return tuple(found)


def receipt(actor: Actor, reference: str) -> ReceiptView:
    """What the counter prints, or the page shows, after filing."""
    view = _view(actor, reference)
    row = cases.by_reference(reference)
    signing = Offer.objects.filter(reference=reference).exclude(agreement="").exists()
    return ReceiptView(
        reference=reference,
        filed_on=view.opened_on,
        filed_at_counter=view.channel is Channel.COUNTER,
        clerk=identity.display_name(row.clerk) if row.clerk else None,
        text=said("receipt.text", pack=view.pack_name, reference=reference),
        next_step=_next(signing),
    )


def _next(signing: bool) -> Text:
    return said("receipt.next_sign" if signing else "receipt.next_wait")


def _view(actor: Actor, reference: str) -> CaseView:
    row = cases.by_reference(reference)
    whose: frozenset[UUID] = stands_for(actor)
    if not whose & people_of(row):
        raise Refused("life_events.not_yours")
    return cases.case_view(row, viewers=whose)
