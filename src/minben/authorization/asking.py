"""Reads an authorization request (RFC 6749, 7636, 9126, 9396, OpenID Connect Core) strictly.

What is ambiguous is refused, what is a stranger's wish (`login_hint`, `display`) is not even kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minben.authorization import details
from minben.authorization.types import Asked, ClientView, Profile, Scope
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_LONGEST = {"state": 1_000, "nonce": 256}


def read(form: Mapping[str, str], *, client: ClientView, thumbprint: str | None) -> Asked:
    """A client's request, checked. `thumbprint` is the key it proved, if it did (RFC 9449, 10).

    Refused with the RFC's error; `authorization.redirect_unknown` first, because without a known
    address to return to nobody may be sent anywhere.
    """
    redirect_uri = form.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        raise Refused("authorization.redirect_unknown")
    if "request" in form:
        raise Refused("authorization.request_object_refused")
    if "request_uri" in form:
        raise Refused("authorization.request_uri_refused")
    if form.get("response_type") != "code":
        raise Refused("authorization.response_type_refused")
    if form.get("response_mode", "query") != "query":
        raise malformed("response_mode")
    if "grant_management_action" in form or "grant_id" in form:
        raise malformed("grant_management_action")
    return Asked(
        redirect_uri=redirect_uri,
        scopes=scopes(form.get("scope", ""), client=client),
        details=_details(form, client),
        state=_short(form, "state"),
        nonce=_short(form, "nonce"),
        code_challenge=_challenge(form),
        thumbprint=_bound(form, thumbprint),
        assurance=max(_assurance(form.get("acr_values", "")), client.least_assurance),
        max_age=_max_age(form),
        prompt=_prompt(form.get("prompt", "")),
    )


def scopes(written: str, *, client: ClientView) -> tuple[str, ...]:
    """The scopes named, each one that this client may ask for."""
    named = tuple(dict.fromkeys(written.split()))
    if set(named) - client.scopes:
        raise Refused("authorization.scope_refused")
    return named


def single(fields: Iterable[tuple[Any, Sequence[object]]]) -> dict[str, str]:
    """Parameters, each at most once (RFC 6749, section 3.1); one without a value is not there."""
    found = {str(name): values for name, values in fields}
    for name, values in found.items():
        if len(values) > 1 or any("\x00" in str(text) for text in (name, *values)):
            raise malformed(name.replace("\x00", "")[:40])
    return {name: str(values[0]) for name, values in found.items() if values and values[0]}


def malformed(field: str) -> Refused:
    """A request that is not as described, naming the parameter."""
    return Refused("authorization.request_malformed", field=field)


def to_json(asked: Asked) -> dict[str, Any]:
    """A request as the table keeps it."""
    return {
        "redirect_uri": asked.redirect_uri,
        "scopes": list(asked.scopes),
        "details": [dict(detail) for detail in asked.details],
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": asked.code_challenge,
        "thumbprint": asked.thumbprint,
        "assurance": int(asked.assurance),
        "max_age": asked.max_age,
        "prompt": sorted(asked.prompt),
    }


def from_json(kept: Mapping[str, Any]) -> Asked:
    """Read what `to_json` wrote."""
    return Asked(
        **{
            **kept,
            "scopes": tuple(kept["scopes"]),
            "details": tuple(kept["details"]),
            "assurance": AssuranceLevel(kept["assurance"]),
            "prompt": frozenset(kept["prompt"]),
        }
    )


def _details(form: Mapping[str, str], client: ClientView) -> tuple[Mapping[str, Any], ...]:
    written = form.get("authorization_details", "")
    if written and client.profile is not Profile.DATA:
        raise Refused("authorization.client_not_allowed")
    found = details.read(written, client=client)
    if not found and Scope.OPENID not in form.get("scope", "").split():
        raise malformed("scope: openid, or authorization_details")
    return found


def _challenge(form: Mapping[str, str]) -> str:
    """RFC 7636 with S256 alone: `plain` and nothing at all are a downgrade."""
    challenge = form.get("code_challenge", "")
    if form.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise Refused("authorization.challenge_missing")
    return challenge


def _bound(form: Mapping[str, str], thumbprint: str | None) -> str | None:
    told = form.get("dpop_jkt")
    if told is not None and thumbprint is not None and told != thumbprint:
        raise Refused("authorization.proof_refused")
    if told is not None and not _CHALLENGE.fullmatch(told):
        raise malformed("dpop_jkt")
    return thumbprint or told


def _assurance(written: str) -> AssuranceLevel:
    """The least of the levels that would do; none of ours would be a promise we cannot keep."""
    if not written.strip():
        return AssuranceLevel.LOW
    known = [level for level in AssuranceLevel if level.acr in written.split()]
    if not known:
        raise Refused("authorization.assurance_unmet")
    return min(known)


def _max_age(form: Mapping[str, str]) -> int | None:
    written = form.get("max_age")
    if written is None:
        return None
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise malformed("max_age")
    return int(written)


def _prompt(written: str) -> frozenset[str]:
    found = frozenset(written.split())
    if found - _PROMPTS or ("none" in found and len(found) > 1):
        raise malformed("prompt")
    return found


def _short(form: Mapping[str, str], name: str) -> str | None:
    value = form.get(name)
    if value is not None and len(value) > _LONGEST[name]:
        raise malformed(name)
    return value
