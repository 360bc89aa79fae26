"""The legs to the identity provider on which a clerk and a second official witness a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from minben.base.refusal import Refused
from minben.base.text import Language
from minben.consent import actions, queries, signing
from minben.consent.types import AgreementView, ToSign
from minben.identity import legs
from minben.identity import queries as people
from minben.identity.types import Actor, Method, PresenceView
from minben.protocol.agreement import Verb
from minben.protocol.evidence import number_digest
from minben.protocol.witness import LEVEL
from minben.registry import queries as registry

_OFFICIALS_CARDS = (Method.CITIZEN_CERTIFICATE, Method.MOBILE_FIDO, Method.NHI_CARD)


def is_on_paper(actor: Actor) -> bool:
    """Whether somebody is known by their paper alone, so that others witness their signature."""
    return Method.WITNESSED in actor.methods and actor.assisted_by is not None


def begin_first(
    request: HttpRequest,
    *,
    agreement_id: str,
    verb: Verb,
    by: Actor,
    clerk: Actor,
    then: str,
    language: Language,
) -> str:
    """Where to send the clerk's browser, to witness what the person before them signs.

    Refused `consent.method_not_accepted` (a provider takes no witnessed signature),
    `consent.assurance_too_low`, `consent.own_witness`, `identity.no_such_presence`.
    """
    view = queries.agreement_for(agreement_id, by=by)
    presence = people.presence_of(by.person, clerk=clerk.person)
    if presence is None:
        raise Refused("identity.no_such_presence")
    if clerk.ref in view.agreement.hands:
        raise Refused("consent.own_witness")
    if signing.level_for(view, by) > LEVEL:
        raise Refused("consent.assurance_too_low", needed="high")
    if verb == "accept" and not registry.accepts(_asked_of(view, by), Method.WITNESSED.value):
        raise Refused("consent.method_not_accepted")
    statement = queries.to_sign(
        agreement_id,
        verb=verb,
        at=timezone.now(),
        by=by,
        assurance=signing.level_for(view, by),
    )
    return _leave(
        request,
        view,
        statement,
        official=clerk,
        presence=presence,
        then={"hand": "first", "next": then, "back": f"/agreements/{agreement_id}"},
        language=language,
    )


def begin_second(request: HttpRequest, *, witnessing: UUID, by: Actor, language: Language) -> str:
    """Where to send the second official's browser; refused as `actions.show_to_witness`."""
    row = actions.show_to_witness(witnessing=witnessing, by=by)
    statement = signing.from_json(row.statement)
    person = UUID(statement.by.removeprefix("person:"))
    presence = people.presence_of(person, clerk=row.clerk)
    if presence is None:
        raise Refused("identity.no_such_presence")
    return _leave(
        request,
        queries.agreement(statement.agreement),
        statement,
        official=by,
        presence=presence,
        then={
            "hand": "second",
            "witnessing": str(row.uuid),
            "next": "/counter/witness",
            "back": "/counter/witness",
        },
        language=language,
    )


def finish(*, flow: Mapping[str, Any], statement: str, official: Actor) -> None:
    """Take what an official's card said; the second one's makes the signature stand."""
    said = signing.from_json(flow["statement"])
    if flow["hand"] == "second":
        actions.complete_witnessing(
            witnessing=UUID(flow["witnessing"]), statement=said, told=statement, by=official
        )
        return
    person = UUID(said.by.removeprefix("person:"))
    presence = people.presence_of(person, clerk=official.person)
    if presence is None:
        raise Refused("identity.no_such_presence")
    actions.begin_witnessing(
        statement=said,
        kept=dict(flow["statement"]),
        presence=presence,
        told=statement,
        clerk=official,
    )


def _leave(
    request: HttpRequest,
    view: AgreementView,
    statement: ToSign,
    *,
    official: Actor,
    presence: PresenceView,
    then: Mapping[str, Any],
    language: Language,
) -> str:
    salt = people.number_salt(presence.person)
    about = number_digest(salt, people.number_of(presence.person))
    bound = legs.bound_to(official)
    part = {
        "witness": bound["by"],
        "salt": bound["salt"],
        "number_digests": bound["number_digests"],
        "about": about,
        "document": presence.document.value,
        **signing.to_json(statement),
        "text": view.text.to_json(),
    }
    return legs.leave(
        request,
        kind="witness",
        level=LEVEL,
        methods=_OFFICIALS_CARDS,
        language=language,
        part=part,
        then={**then, "statement": signing.to_json(statement)},
    )


def _asked_of(view: AgreementView, actor: Actor) -> set[str]:
    subjects = {party.subject for party in view.agreement.parties_of(actor.ref, accepting=False)}
    return {f.data_set for f in view.agreement.facts if f.subject in subjects and not f.mandate}
