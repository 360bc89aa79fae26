"""Tokens end: by the person, by the client, or because a code or refresh token came twice.

An agreement ends in consent alone, over the person's own signature. What ends here is what the
client holds.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.authorization import models
from minben.authorization.types import ClientView, Ending, GrantView
from minben.base.refusal import Refused
from minben.identity.types import Actor
from minben.trail.actions import record


class Replayed(Refused):
    """重複使用 A secret came a second time: whatever came of the first must end."""

    def __init__(self, key: str, *, request: int | None = None, family: int | None = None) -> None:
        super().__init__(key)
        self.request = request
        self.family = family


@transaction.atomic
def withdraw(*, grant: UUID, by: Actor) -> None:
    """The person takes an app's approval back; with an agreement they revoke that instead.

    Refused `authorization.no_such_grant` for anybody else's, `authorization.signature_needed`
    for one that carries an agreement: revoking it takes their signature, in consent.
    """
    row = models.Grant.objects.select_related("client").filter(uuid=grant).first()
    if row is None or row.person != by.person or row.ended_at is not None:
        raise Refused("authorization.no_such_grant")
    if row.agreement:
        raise Refused("authorization.signature_needed")
    _end_grant(row, Ending.BY_PERSON)
    record(
        verb="authorization.withdrawn",
        subject=by.person,
        actor=by.on_trail,
        basis="authorization.withdraw",
        details={"client": row.client.key, "grant": str(row.uuid)},
    )


def give_back(grant: GrantView) -> None:
    """The client gives a grant back: its tokens end now. In the caller's transaction."""
    row = models.Grant.objects.get(uuid=grant.uuid)
    _end_grant(row, Ending.BY_CLIENT)
    record(
        verb="authorization.given_back",
        subject=grant.person,
        actor=grant.client.on_trail,
        basis=grant.agreement or "authorization.give_back",
        details={"client": grant.client.id, "grant": str(grant.uuid)},
    )


def end_family(family: str, *, client: ClientView) -> None:
    """End a family of this client's tokens; nothing for any other. In the caller's transaction."""
    try:
        uuid = UUID(family)
    except ValueError:
        return
    rows = models.TokenFamily.objects.filter(uuid=uuid, grant__client=client.pk, ended_at=None)
    rows.update(ended_at=timezone.now(), ended_because=Ending.BY_CLIENT)


def end_what_came_of(replayed: Replayed) -> None:
    """End the tokens of a code or refresh token that came twice. In the caller's transaction."""
    families = models.TokenFamily.objects.filter(ended_at=None).select_related("grant__client")
    if replayed.request is not None:
        families = families.filter(request=replayed.request)
        because = Ending.CODE_REUSED
    else:
        families = families.filter(pk=replayed.family or 0)
        because = Ending.REFRESH_REPLAYED
    for family in families:
        family.ended_at = timezone.now()
        family.ended_because = because
        family.save(update_fields=["ended_at", "ended_because"])
        record(
            verb="authorization.tokens_ended",
            subject=family.grant.person,
            actor="system:authorization",
            basis=family.grant.agreement or "authorization.replay",
            details={"client": family.grant.client.key, "because": because.value},
        )


def _end_grant(row: models.Grant, because: Ending) -> None:
    now = timezone.now()
    row.families.filter(ended_at=None).update(ended_at=now, ended_because=because)
    row.ended_at = now
    row.ended_because = because
    row.save(update_fields=["ended_at", "ended_because"])
