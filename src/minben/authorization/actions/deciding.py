"""A request lies before a person: opened in one browser, answered once, by the one it is for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.authorization import asking, details, models, queries
from minben.authorization.types import Asked, ClientView, RequestView, Scope, SignedInAs
from minben.base.refusal import Refused
from minben.consent import actions as consents
from minben.consent import queries as consent
from minben.identity.types import Actor
from minben.trail.actions import record

PREFIX = "urn:ietf:params:oauth:request_uri:"
PUSHED_SECONDS = 90  # from the push to the browser's first visit; FAPI 2.0 wants under 600
CODE_SECONDS = 60
_OPEN_FOR = timedelta(minutes=15)  # to sign in, read and sign


def lodge(*, client: ClientView, asked: Asked) -> str:
    """Keep a request, pushed or brought by a browser; the `request_uri` that names it, once.

    Call it inside a transaction.
    """
    now = timezone.now()
    secret = secrets.token_urlsafe(32)
    models.AuthorizationRequest.objects.create(
        client_id=client.pk,
        handle_digest=queries.digest(secret),
        asked=asking.to_json(asked),
        expires_at=now + timedelta(seconds=PUSHED_SECONDS),
    )
    return PREFIX + secret


def lodge_plain(*, client: ClientView, form: Mapping[str, str]) -> str:
    """Keep what a browser brings for an app that only signs people in.

    Refused with the RFC's error, which is written on the trail.
    """
    try:
        asked = asking.read(form, client=client, thumbprint=None)
    except Refused as refusal:
        if refusal.key != "authorization.redirect_unknown":  # nobody to return to: noted there
            with transaction.atomic():
                _note(client, refusal, None)
        raise
    with transaction.atomic():
        return lodge(client=client, asked=asked)


@transaction.atomic
def pass_through(
    *, request_uri: str, client_id: str, signed_in: SignedInAs
) -> tuple[RequestView, str] | None:
    """Answer at once a request for what the person has allowed this app before.

    The request and its code; None when anything has to be asked, proved or read first.
    """
    now = timezone.now()
    row = _waiting(request_uri, client_id, now)
    if row is None or row.opened_at is not None:
        return None
    view = _view(row, queries.client(client_id))
    asked = view.asked
    if asked.details or asked.prompt & {"consent", "login"} or signed_in.level < asked.assurance:
        return None
    if asked.max_age is not None and now - signed_in.at > timedelta(seconds=asked.max_age):
        return None
    approvals = models.Grant.objects.filter(
        client_id=view.client.pk, person=signed_in.person, agreement="", ended_at=None
    )
    before = next(iter(approvals), None)
    if before is None or not set(asked.scopes) <= set(before.scopes):
        return None
    return view, _give_code(view, before, signed_in, f"person:{signed_in.person}", "")


@transaction.atomic
def open_request(*, request_uri: str, client_id: str, mine: set[str]) -> RequestView:
    """The request that a browser brings. `mine` names those this browser has opened before.

    Refused `authorization.request_unknown`: stale, answered, another client's, or opened in
    another browser, which would be somebody else's.
    """
    now = timezone.now()
    row = _waiting(request_uri, client_id, now)
    if row is None or (row.opened_at is not None and str(row.uuid) not in mine):
        raise Refused("authorization.request_unknown")
    if row.opened_at is None:
        opened = models.AuthorizationRequest.objects.filter(pk=row.pk, opened_at=None)
        if not opened.update(opened_at=now, expires_at=now + _OPEN_FOR):
            raise Refused("authorization.request_unknown")
        row.opened_at = now
    return _view(row, queries.client(client_id))


@transaction.atomic
def prepare(*, request: RequestView, actor: Actor) -> str:
    """The agreement that a request carries, proposed to this person; empty when it carries none.

    Refused `authorization.wrong_person` when it names an agreement in which they have no part.
    """
    if not request.asked.details:
        return ""
    detail = request.asked.details[0]
    if "agreement" in detail:
        _check_part(str(detail["agreement"]), actor)
        return str(detail["agreement"])
    if request.agreement and _has_part(request.agreement, actor):
        return request.agreement
    terms = details.draft(detail, client=request.client, actor=actor)
    view = consents.propose(agreement=terms, by=f"agency:{request.client.agency}")
    models.AuthorizationRequest.objects.filter(uuid=request.uuid).update(agreement=view.id)
    return view.id


@transaction.atomic
def allow(*, request: RequestView, actor: Actor, signed_in: SignedInAs, agreement: str) -> str:
    """Answer yes: the one-time code for the client.

    With an agreement the person has signed it before; without, calling this is their word.
    Refused `authorization.consent_needed` (not signed), `authorization.request_unknown`
    (answered meanwhile).
    """
    if agreement and not _accepted(agreement, actor):
        raise Refused("authorization.consent_needed")
    grant = _agreed(request, actor, agreement) if agreement else _approved(request, actor)
    return _give_code(request, grant, signed_in, actor.on_trail, agreement)


@transaction.atomic
def decline(*, request: RequestView, actor: Actor) -> None:
    """Answer no. Refused `authorization.request_unknown` when it was answered meanwhile."""
    _answer(request.uuid)
    _entry("authorization.declined", request, actor.person, actor.on_trail, request.agreement)


@transaction.atomic
def note_refusal(*, request: RequestView, refusal: Refused, person: UUID | None) -> None:
    """Write that a person could not be let through, and why; the request is used up by that."""
    _answer(request.uuid)
    _note(request.client, refusal, person)


def _note(client: ClientView, refusal: Refused, person: UUID | None) -> None:
    record(
        verb="authorization.refused",
        subject=person,
        actor=client.on_trail,
        basis="authorization.authorize",
        details={"reason": refusal.key, "endpoint": "authorize"},
    )


def _answer(uuid: UUID, **columns: object) -> None:
    waiting = models.AuthorizationRequest.objects.filter(uuid=uuid, answered_at=None)
    if not waiting.update(answered_at=timezone.now(), **columns):
        raise Refused("authorization.request_unknown")


def _give_code(
    request: RequestView, grant: models.Grant, signed_in: SignedInAs, by: str, agreement: str
) -> str:
    code = secrets.token_urlsafe(32)
    _answer(
        request.uuid,
        grant=grant,
        agreement=agreement,
        code_digest=queries.digest(code),
        expires_at=timezone.now() + timedelta(seconds=CODE_SECONDS),
        level=signed_in.level,
        methods=list(signed_in.methods),
        authenticated_at=signed_in.at,
    )
    _entry("authorization.granted", request, signed_in.person, by, agreement)
    return code


def _approved(request: RequestView, actor: Actor) -> models.Grant:
    """One lasting approval per person and client; it grows when more is allowed."""
    row, _ = models.Grant.objects.get_or_create(
        client_id=request.client.pk,
        person=actor.person,
        agreement="",
        ended_at=None,
        defaults={"scopes": sorted(request.asked.scopes)},
    )
    both = sorted({*row.scopes, *request.asked.scopes})
    if both != row.scopes:
        row.scopes = both
        row.save(update_fields=["scopes"])
    return row


def _agreed(request: RequestView, actor: Actor, agreement: str) -> models.Grant:
    given = details.granted(consent.agreement_for(agreement, by=actor))
    row, _ = models.Grant.objects.get_or_create(
        client_id=request.client.pk,
        person=actor.person,
        agreement=agreement,
        ended_at=None,
        defaults={"scopes": sorted(request.asked.scopes), "details": list(given)},
    )
    return row


def _accepted(agreement: str, actor: Actor) -> bool:
    view = consent.agreement_for(agreement, by=actor)
    said = {s.verb for s in view.signatures if s.by == actor.ref}
    return "accept" in said and not said & {"reject", "revoke"}


def _has_part(agreement: str, actor: Actor) -> bool:
    try:
        consent.agreement_for(agreement, by=actor)
    except Refused:
        return False
    return True


def _check_part(agreement: str, actor: Actor) -> None:
    if not _has_part(agreement, actor):
        raise Refused("authorization.wrong_person")


def _waiting(
    request_uri: str, client_id: str, now: datetime
) -> models.AuthorizationRequest | None:
    """The row of a request that still waits for its answer, of this client and no other."""
    try:
        client = queries.client(client_id)
    except Refused:
        return None
    rows = models.AuthorizationRequest.objects.filter(
        handle_digest=queries.digest(request_uri.removeprefix(PREFIX)),
        client_id=client.pk,
        answered_at=None,
        expires_at__gt=now,
    )
    return next(iter(rows), None)  # one at most: the digest is unique


def _view(row: models.AuthorizationRequest, client: ClientView) -> RequestView:
    opened: datetime | None = row.opened_at
    return RequestView(
        uuid=row.uuid,
        client=client,
        asked=asking.from_json(row.asked),
        agreement=row.agreement,
        opened_at=opened,
    )


def _entry(verb: str, request: RequestView, person: UUID, by: str, agreement: str) -> None:
    shown = [Scope(scope).text.to_json() for scope in request.asked.scopes]
    name = request.client.name.to_json()
    record(
        verb=verb,
        subject=person,
        actor=by,
        basis=agreement or "authorization.allow",
        details={"client": request.client.id, "app": name, "what": shown},
    )
