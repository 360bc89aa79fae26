"""What `authorization_details` (RFC 9396) may say: one agreement, by its id or by its terms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from minben.authorization.types import ClientView, Details
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import drafting
from minben.consent import queries as consent
from minben.consent.types import AgreementView
from minben.identity.types import Actor
from minben.protocol.agreement import Agreement, FactRequest
from minben.protocol.terms import Frequency, instant
from minben.registry import queries as registry

TYPE = "agreement"
_BY_ID = {"type", "agreement"}
_TERMS = {"type", "purpose", "legal_basis", "facts", "frequency", "valid_days", "retention_days"}
_FACT = {"fact", "op", "value", "data_set"}
_LONGEST = 20_000
_MOST_FACTS = 20


def read(written: str, *, client: ClientView) -> Details:
    """What a client sent, checked; empty for nothing. Refused `authorization.details_refused`.

    The facts are of data sets on offer, the recipient is the client's own agency, and a mandate
    cannot be named here: a statute's mandate needs no person's grant.
    """
    if not written:
        return ()
    if len(written) > _LONGEST:
        raise _no("authorization_details")
    try:
        told = json.loads(written)
        kept = json.dumps(told, ensure_ascii=False)
        kept.encode()  # half a character is none
    except (ValueError, RecursionError):
        raise _no("authorization_details") from None
    if r"\u0000" in kept:  # PostgreSQL does not keep it
        raise _no("authorization_details")
    if not isinstance(told, list) or len(told) != 1 or not isinstance(told[0], dict):
        raise _no("authorization_details: one object")
    detail = told[0]
    if detail.get("type") != TYPE:
        raise _no("type")
    if "agreement" in detail:
        _check_known(detail, client)
    else:
        _check_terms(detail)
    return (detail,)


def draft(detail: Mapping[str, Any], *, client: ClientView, actor: Actor) -> Agreement:
    """The agreement that a person would sign for these terms, about their own facts only."""
    return drafting.agreement_for(
        requests=[_request(fact, actor.ref) for fact in detail["facts"]],
        applicant=actor.person,
        roles={},
        purpose=Text.from_json(detail["purpose"]),
        recipient=client.agency,
        legal_basis=detail["legal_basis"],
        valid_for=timedelta(days=detail.get("valid_days", 1)),
        frequency=detail.get("frequency", "once"),
        retention_days=detail.get("retention_days", 0),
    )


def granted(view: AgreementView) -> Details:
    """What a token says of the agreement: its id and its questions, of no person a word."""
    terms = view.agreement
    facts = [
        {"fact": f.fact, "op": f.op, "value": f.value, "data_set": f.data_set} for f in terms.facts
    ]
    unique = [fact for place, fact in enumerate(facts) if fact not in facts[:place]]
    return (
        {
            "type": TYPE,
            "agreement": view.id,
            "recipient": terms.recipient.removeprefix("agency:"),
            "facts": unique,
            "frequency": terms.frequency,
            "valid_until": instant(terms.valid_until),
        },
    )


def narrowed(written: str, given: Details) -> Details:
    """What of a grant a token request asks for; all of it when it names nothing.

    RFC 9396, section 6: never more than was granted. Refused `authorization.details_widened`.
    """
    if not written:
        return given
    try:
        told = json.loads(written)
        one = {**told[0]} if isinstance(told, list) and len(told) == 1 else None
    except (ValueError, TypeError, RecursionError):
        one = None
    held = given[0] if given else None
    if one is None or held is None:
        raise Refused("authorization.details_widened")
    facts = one.pop("facts", held["facts"])
    same = all(held.get(name) == value for name, value in one.items())
    inside = isinstance(facts, list) and facts and all(fact in held["facts"] for fact in facts)
    if one.get("type") != TYPE or not same or not inside:
        raise Refused("authorization.details_widened")
    return ({**held, "facts": facts},)


def audience(given: Details) -> list[str]:
    """The agencies that answer the questions: each may check the token it is shown."""
    sets = [fact["data_set"] for detail in given for fact in detail["facts"]]
    return list(dict.fromkeys(f"agency:{name.partition('/')[0]}" for name in sets))


def _check_known(detail: Mapping[str, Any], client: ClientView) -> None:
    if set(detail) != _BY_ID or not isinstance(detail["agreement"], str):
        raise _no("agreement")
    try:
        terms = consent.document(detail["agreement"])
    except Refused:
        raise _no("agreement") from None
    if terms.recipient.removeprefix("agency:") != client.agency:
        raise _no("agreement")


def _check_terms(detail: Mapping[str, Any]) -> None:
    if unknown := set(detail) - _TERMS:
        raise _no(sorted(unknown)[0])
    try:
        purpose = Text.from_json(detail["purpose"])
        if not purpose.zh.strip() or not purpose.en.strip():
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _no("purpose") from None
    basis = detail.get("legal_basis")
    if not isinstance(basis, str) or not 1 <= len(basis) <= 300:
        raise _no("legal_basis")
    if detail.get("frequency", "once") not in get_args(Frequency):
        raise _no("frequency")
    for name, most in (("valid_days", 366), ("retention_days", 3_660)):
        value = detail.get(name, 1)
        least = 1 if name == "valid_days" else 0
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _no(name)
    facts = detail.get("facts")
    if not isinstance(facts, list) or not 1 <= len(facts) <= _MOST_FACTS:
        raise _no("facts")
    for fact in facts:
        _check_fact(fact)


def _check_fact(fact: object) -> None:
    if not isinstance(fact, dict) or set(fact) != _FACT:
        raise _no("facts")
    try:
        request = _request(fact, "person:none")
        offered = registry.data_set(request.data_set)
    except (Refused, ValueError, TypeError):
        raise _no("facts") from None
    if offered.retired or request.fact not in offered.facts:
        raise _no("facts")


def _request(fact: Mapping[str, Any], subject: str) -> FactRequest:
    return FactRequest(
        subject=subject,
        fact=fact["fact"],
        op=fact["op"],
        value=fact["value"],
        data_set=fact["data_set"],
    )


def _no(field: str) -> Refused:
    return Refused("authorization.details_refused", field=field)
