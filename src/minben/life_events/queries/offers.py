"""Offers, with exactly what is asked of whom and what is not."""

from __future__ import annotations

from uuid import UUID

from minben.base.money import NTD, written
from minben.base.month import Month
from minben.base.text import Text
from minben.cases.access import stands_for
from minben.consent import queries as consents
from minben.consent.types import AgreementView
from minben.exchange import queries as exchange
from minben.exchange.answers import data_set_of
from minben.facts.catalogue import FACTS
from minben.facts.predicate import Predicate
from minben.identity import queries as identity
from minben.identity.types import Actor
from minben.life_events import access, family
from minben.life_events.models import Dossier, Offer
from minben.life_events.types import AskView, KnownView, OfferState, OfferView, OutcomeView
from minben.life_events.words import said
from minben.packs.articles import article
from minben.packs.load import pack
from minben.registry import queries as registry


def for_you(actor: Actor) -> tuple[OfferView, ...]:
    """Offers that concern the actor, newest first; replaced ones are left out."""
    mine = _dossiers_of(actor)
    found = Offer.objects.filter(dossier__in=mine).exclude(closed_as="superseded")
    return tuple(offer_view(o) for o in found.select_related("dossier").order_by("-id"))


def offer(actor: Actor, uuid: UUID) -> OfferView:
    """One offer; `life_events.not_yours` for anybody whom it does not concern."""
    return offer_view(access.offer_of(actor, uuid))


def offer_view(row: Offer) -> OfferView:
    """An offer as its parents see it."""
    dossier = row.dossier
    agreement = consents.agreement(row.agreement) if row.agreement else None
    questions = [Predicate.from_json(ask) for ask in row.asks]
    scheme = Text.from_json(row.scheme_name)
    return OfferView(
        uuid=row.uuid,
        pack=dossier.pack,
        pack_name=pack(dossier.pack).name,
        child=dossier.subject,
        child_name=identity.display_name(dossier.subject),
        headline=_headline(row, scheme, len(questions)),
        amount=NTD(row.amount) if row.amount is not None else None,
        since=Month.parse(row.since),
        asks=tuple(_ask(dossier, question) for question in questions),
        known=_known(dossier),
        not_asked=tuple(Text.from_json(t) for t in row.not_asked),
        outcomes=tuple(
            OutcomeView(
                Text.from_json(o["scheme_name"]) if o["scheme_name"] else None,
                NTD(o["amount"]) if o["amount"] is not None else None,
                Text.from_json(o["reason"]["text"]),
            )
            for o in row.outcomes
        ),
        last_day_without_loss=row.last_day,
        state=_state(row, agreement),
        reference=row.reference or None,
        agreement=row.agreement or None,
        waiting_for=agreement.waiting_for if agreement else (),
    )


def _headline(row: Offer, scheme: Text, open_questions: int) -> Text:
    key = {0: "headline.sure", 1: "headline.one"}.get(open_questions, "headline.open")
    return said(key, amount=written(row.amount or 0), scheme=scheme, count=open_questions)


def _state(row: Offer, agreement: AgreementView | None) -> OfferState:
    if row.closed_on is None:
        return "open"
    if row.closed_as == "paid":
        return "paid_without_asking"
    if row.closed_as == "declined":
        return "declined"
    if agreement is None:
        return "accepted"
    waits: dict[str, OfferState] = {
        "pending": "waiting",
        "expired": "expired",
        "rejected": "declined",
        "revoked": "declined",
    }
    return waits.get(agreement.state.status, "accepted")


def _ask(dossier: Dossier, question: Predicate) -> AskView:
    about = UUID(dossier.persons[question.person])
    data_set = data_set_of(question)
    only_yes_no = question.op != "value"
    fact = FACTS.get(question.fact)
    return AskView(
        key=question.key,
        text=question.text,
        about=about,
        about_name=identity.display_name(about),
        provider=registry.provider_of(data_set).name,
        data_set=data_set,
        only_yes_no=only_yes_no,
        never_sent=said("never_sent", fact=fact.name) if fact and only_yes_no else None,
        assurance=registry.assurance_for([data_set]),
    )


def _known(dossier: Dossier) -> tuple[KnownView, ...]:
    """What the statute let us know: never asked again, listed with its article."""
    found: dict[tuple[str, str], KnownView] = {}
    articles: dict[str, Text] = {}
    for transfer in exchange.transfers_of(family.case_ref(dossier)):
        if not transfer.basis.startswith("mandate:"):
            continue
        mandate = transfer.basis.removeprefix("mandate:")
        if mandate not in articles:
            articles[mandate] = article(str(consents.mandate(mandate).document["article"]))
        for predicate in transfer.predicates:
            fact = FACTS.get(predicate.fact)
            if fact is not None:
                found[predicate.fact, transfer.provider] = KnownView(
                    fact.name, transfer.provider_name, articles[mandate]
                )
    return tuple(found.values())


def _dossiers_of(actor: Actor) -> list[int]:
    """Dossiers in which the actor, or their principal, is a parent."""
    whose = {str(uuid) for uuid in stands_for(actor)}
    children = [
        child.uuid for uuid in stands_for(actor) for child in identity.family_of(uuid).children
    ]
    near = Dossier.objects.filter(subject__in=children)
    return [
        d.pk for d in near if whose & {d.persons.get("mother", ""), d.persons.get("father", "")}
    ]
