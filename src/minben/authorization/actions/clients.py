"""Programs join, renew their keys and leave; our own signing keys turn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from joserfc import jwk
from joserfc.errors import JoseError

from minben.authorization import keys, models, queries
from minben.authorization.types import ClientView, Profile, Scope
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.registry import queries as registry
from minben.trail.actions import record

_KEY = re.compile(r"[a-z][a-z0-9._-]{2,79}")
_FORMS = {"EC": {"P-256"}, "OKP": {"Ed25519"}}
_LEAST_RSA_BITS = 2048
_GRANT_SCOPES = {Scope.OFFLINE, Scope.QUERY_GRANTS, Scope.REVOKE_GRANTS}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@transaction.atomic
def register(*, descriptor: Mapping[str, Any]) -> ClientView:
    """Take a program of an agency in, or renew what it said of itself.

    `descriptor` uses the words of OpenID Connect registration: `client_id`, `client_name` (both
    languages), `redirect_uris`, `jwks`, `scope`, and ours: `agency`, `profile`, `least_acr`.
    Refused `authorization.client_invalid` names the field; `registry.no_such_agency`;
    `authorization.client_of_another` when the name is another agency's.
    """
    key = str(descriptor.get("client_id", ""))
    if not _KEY.fullmatch(key):
        raise _no("client_id")
    agency = registry.agency(str(descriptor.get("agency", ""))).key
    known = models.Client.objects.filter(key=key).first()
    if known is not None and known.agency != agency:
        raise Refused("authorization.client_of_another")
    profile, name = _profile(descriptor), _name(descriptor)
    row, new = models.Client.objects.update_or_create(
        key=key,
        defaults={
            "agency": agency,
            "name_zh": name.zh,
            "name_en": name.en,
            "profile": profile,
            "redirect_uris": _redirects(descriptor, profile),
            "jwks": _jwks(descriptor.get("jwks")),
            "scopes": _scopes(descriptor, profile),
            "least_assurance": _least(descriptor),
            "closed_at": None,
        },
    )
    view = queries.view_of(row)
    queries.forget_clients()
    _entry("authorization.client_registered" if new else "authorization.client_renewed", view)
    return view


@transaction.atomic
def renew_keys(*, client: str, jwks: Mapping[str, Any]) -> ClientView:
    """Another key set for a client: what the old keys sign is refused from now on."""
    view = queries.client(client)
    models.Client.objects.filter(pk=view.pk).update(jwks=_jwks(jwks))
    queries.forget_clients()
    _entry("authorization.client_renewed", view)
    return queries.client(client)


@transaction.atomic
def close(*, client: str) -> None:
    """A program leaves: nothing it holds opens anything from now on."""
    view = queries.client(client)
    models.Client.objects.filter(pk=view.pk).update(closed_at=timezone.now())
    queries.forget_clients()
    _entry("authorization.client_closed", view)


@transaction.atomic
def rotate_keys(*, at_once: bool = False) -> str:
    """Turn our signing key; with `at_once` (compromise) the others are gone. Its name."""
    kid = keys.rotate(at_once=at_once)
    record(
        verb="authorization.keys_rotated",
        subject=None,
        actor="system:authorization",
        basis="authorization.keys",
        details={"kid": kid, "at_once": at_once},
    )
    return kid


def _profile(descriptor: Mapping[str, Any]) -> Profile:
    try:
        return Profile(str(descriptor.get("profile", "")))
    except ValueError:
        raise _no("profile") from None


def _name(descriptor: Mapping[str, Any]) -> Text:
    try:
        return Text.from_json(descriptor["client_name"])
    except (KeyError, TypeError, ValueError):
        raise _no("client_name") from None


def _redirects(descriptor: Mapping[str, Any], profile: Profile) -> list[str]:
    """Whole addresses, compared letter by letter later (RFC 9700, 2.1), all on one host."""
    told = descriptor.get("redirect_uris", [])
    if profile is Profile.RESOURCE:
        return []
    if not isinstance(told, list) or not 1 <= len(told) <= 10:
        raise _no("redirect_uris")
    if not all(isinstance(uri, str) and _is_safe(uri) for uri in told):
        raise _no("redirect_uris")
    if len({urlsplit(uri).hostname for uri in told}) != 1:
        raise _no("redirect_uris: one host")
    return list(told)


def _is_safe(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        loopback = settings.DEMO and parts.scheme == "http" and parts.hostname in _LOOPBACK
        sound = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    plain = uri.isascii() and uri.isprintable() and " " not in uri and "\\" not in uri
    return plain and sound and not parts.fragment and (parts.scheme == "https" or loopback)


def _jwks(told: object) -> dict[str, Any]:
    """Public keys only, each with its own name and of a kind that FAPI 2.0 allows."""
    members = told.get("keys") if isinstance(told, Mapping) else None
    if not isinstance(members, list) or not 1 <= len(members) <= 10:
        raise _no("jwks")
    found = [_public(member) for member in members]
    if len({key["kid"] for key in found}) != len(found):
        raise _no("jwks: kid")
    return {"keys": found}


def _public(member: object) -> dict[str, Any]:
    if not isinstance(member, dict) or not isinstance(member.get("kid"), str):
        raise _no("jwks: kid")
    if member.get("kty") == "oct" or "d" in member:
        raise _no("jwks: public keys only")
    try:
        key = jwk.import_key(member)
        sound = (
            key.as_dict(private=False)["crv"] in _FORMS[key.key_type]
            if key.key_type in _FORMS
            else isinstance(key, jwk.RSAKey) and key.raw_value.key_size >= _LEAST_RSA_BITS
        )
    except (JoseError, KeyError, TypeError, ValueError):
        raise _no("jwks") from None
    if not sound:
        raise _no("jwks: P-256, Ed25519 or RSA of 2048 bits")
    return {**key.as_dict(private=False), "kid": member["kid"]}


def _scopes(descriptor: Mapping[str, Any], profile: Profile) -> list[str]:
    named = set(str(descriptor.get("scope", "openid")).split())
    allowed = set(Scope) if profile is Profile.DATA else set(Scope) - _GRANT_SCOPES
    if named - allowed:
        raise _no("scope")
    return sorted(named)


def _least(descriptor: Mapping[str, Any]) -> AssuranceLevel:
    told = descriptor.get("least_acr")
    try:
        return AssuranceLevel.LOW if told is None else AssuranceLevel.from_acr(str(told))
    except ValueError:
        raise _no("least_acr") from None


def _no(field: str) -> Refused:
    return Refused("authorization.client_invalid", field=field)


def _entry(verb: str, client: ClientView) -> None:
    record(
        verb=verb,
        subject=None,
        actor=f"agency:{client.agency}",
        basis="authorization.register",
        details={"client": client.id, "profile": client.profile.value},
    )
