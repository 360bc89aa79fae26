"""How a person's word comes about: by passkey on this page, or at the identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.text import Language
from minben.consent import actions, queries
from minben.consent.types import AgreementView, ToSign
from minben.identity import legs, passkeys
from minben.identity import queries as people
from minben.identity.types import Actor, Method
from minben.protocol.agreement import Verb
from minben.protocol.terms import instant, read_instant
from minben.registry import queries as registry


def level_for(view: AgreementView, actor: Actor) -> AssuranceLevel:
    """The level that the agreement demands of this hand."""
    parties = view.agreement.parties_of(actor.ref, accepting=False)
    return max((party.assurance for party in parties), default=AssuranceLevel.LOW)


def methods_for(view: AgreementView, actor: Actor) -> tuple[Method, ...]:
    """The methods by which this hand may sign: sure enough, and accepted by every provider."""
    subjects = {party.subject for party in view.agreement.parties_of(actor.ref, accepting=False)}
    asked = {f.data_set for f in view.agreement.facts if f.subject in subjects and not f.mandate}
    accepted = registry.methods_for(asked)
    least = level_for(view, actor)
    if any(subject.startswith("company:") for subject in subjects):
        accepted = (Method.CORPORATE_CERTIFICATE.value,)
    return tuple(
        method
        for method in Method
        if method is not Method.PASSKEY
        and method.level >= least
        and (not accepted or method.value in accepted)
    )


def can_use_passkey(view: AgreementView, actor: Actor) -> bool:
    """Whether one of the person's passkeys is sure enough to sign this."""
    if actor.assisted_by is not None or level_for(view, actor) > AssuranceLevel.MEDIUM:
        return False
    return bool(people.passkeys_of(actor.person))


def begin_with_passkey(
    *, agreement_id: str, verb: Verb, by: Actor
) -> tuple[ToSign, dict[str, Any]]:
    """What will be signed, and the browser's options: their challenge is the digest of it."""
    view = queries.agreement_for(agreement_id, by=by)
    statement = queries.to_sign(
        agreement_id, verb=verb, at=timezone.now(), by=by, assurance=level_for(view, by)
    )
    return statement, passkeys.begin_signature(by, statement.challenge)


def finish_with_passkey(
    *, statement: ToSign, credential: Mapping[str, Any], by: Actor
) -> AgreementView:
    """Store the assertion as the person's signature; refusals as in `actions.sign`."""
    _, evidence = passkeys.finish_signature(by, statement.challenge, credential)
    return actions.sign(statement=statement, evidence=evidence, by=by)


def begin_at_provider(
    request: HttpRequest,
    *,
    agreement_id: str,
    verb: Verb,
    by: Actor,
    then: str,
    back: str,
    language: Language,
) -> str:
    """Where to send the browser so that the identity provider signs for the person.

    Afterwards the page `then` is shown; `back`, when the person cancelled there.
    """
    view = queries.agreement_for(agreement_id, by=by)
    level = level_for(view, by)
    statement = queries.to_sign(agreement_id, verb=verb, at=timezone.now(), by=by, assurance=level)
    return legs.leave(
        request,
        kind="sign",
        level=level,
        methods=methods_for(view, by),
        language=language,
        part={**legs.bound_to(by), **to_json(statement), "text": view.text.to_json()},
        then={"statement": to_json(statement), "next": then, "back": back},
    )


def finish_at_provider(*, flow: Mapping[str, Any], statement: str, by: Actor) -> AgreementView:
    """Store the identity provider's statement as evidence of the person's word."""
    return actions.sign(
        statement=from_json(flow["statement"]),
        evidence={"kind": "idp", "statement": statement},
        by=by,
    )


def to_json(statement: ToSign) -> dict[str, Any]:
    """A statement as the session keeps it and the identity provider checks it."""
    return {
        "agreement": statement.agreement,
        "verb": statement.verb,
        "by": statement.by,
        "at": instant(statement.at),
        "assurance": statement.assurance.name.lower(),
        "text_digest": statement.text_digest,
        "digest": statement.digest,
    }


def from_json(kept: Mapping[str, Any]) -> ToSign:
    """Read what `to_json` wrote."""
    fields = dict(kept)
    fields["at"] = read_instant(fields["at"])
    fields["assurance"] = AssuranceLevel[fields["assurance"].upper()]
    return ToSign(**fields)
