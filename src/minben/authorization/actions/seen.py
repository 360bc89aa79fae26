"""What may be shown only once: a replay fails in every process, because the table is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import IntegrityError

from minben.authorization import models
from minben.authorization.types import Seen
from minben.base.refusal import Refused


def spend(seen: Sequence[Seen]) -> None:
    """Use up proofs and assertions, in the caller's transaction.

    Refused `authorization.proof_replayed` when one of them was shown before.
    """
    try:
        models.SeenProof.objects.bulk_create(_rows(seen))
    except IntegrityError:  # the transaction is lost by this, and is meant to be
        raise Refused("authorization.proof_replayed") from None


def spend_quietly(seen: Sequence[Seen]) -> None:
    """Use them up although the call was refused: a refused call cannot be tried again either."""
    models.SeenProof.objects.bulk_create(_rows(seen), ignore_conflicts=True)


def _rows(seen: Sequence[Seen]) -> list[models.SeenProof]:
    return [
        models.SeenProof(name=one.name, until=datetime.fromtimestamp(one.until, UTC))
        for one in seen
    ]
