"""Verbs of screening."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.jobs.actions import enqueue
from minben.screening import models, queries
from minben.screening.types import RunState
from minben.trail.actions import record


@transaction.atomic
def run(*, pack: str, mandate: str, month: Month, actor: str = "agency:child-welfare") -> UUID:
    """Begin a run: the worker fetches the mandated exports, runs the law, commits to the trail.

    `actor` says on the trail who began it. The same (pack, mandate, month) returns the same run;
    one that failed begins again. Refused `screening.no_mandate` when the mandate is not in force.
    """
    basis = consent.mandate(mandate)
    if basis.state != "active":
        raise Refused("screening.no_mandate")
    row, begun = models.Run.objects.get_or_create(
        pack=pack,
        mandate=mandate,
        month=str(month),
        defaults={
            "purpose": str(basis.document["purpose"]),
            "actor": actor,
            "secret": secrets.token_bytes(32),
            "started_at": timezone.now(),
        },
    )
    if begun:
        enqueue(kind="screening.run", payload={"run": str(row.uuid)}, key=str(row.uuid))
    elif row.state == RunState.FAILED:
        again = f"{row.uuid}:{row.finished_at}"
        models.Run.objects.filter(pk=row.pk).update(
            state=RunState.FETCHING, explanation="", explained_with={}, finished_at=None
        )
        enqueue(kind="screening.run", payload={"run": str(row.uuid)}, key=again)
    return row.uuid


@transaction.atomic
def leave_out(*, run: UUID, pseudonyms: Iterable[str], kind: str) -> int:
    """Tell a run whom to pass over: `kind` "receipt" (already paid) or "objection".

    One more pseudonymised set under the same purpose; before or after the run is done. Returns
    how many are left out now. ValueError for another kind.
    """
    if kind not in ("receipt", "objection"):
        raise ValueError(f"not a reason to be left out: {kind!r}")
    row = queries.row_of(run)
    models.LeftOut.objects.bulk_create(
        [models.LeftOut(run=row, pseudonym=name, kind=kind) for name in pseudonyms],
        ignore_conflicts=True,
    )
    return row.left_out.count()


@transaction.atomic
def retire(*, run: UUID, basis: str) -> None:
    """Delete a run's files and secret when its retention ends; counts and root stay."""
    row = models.Run.objects.select_for_update().get(pk=queries.row_of(run).pk)
    row.left_out.all().delete()
    row.secret = b""
    row.save(update_fields=["secret"])
    record(
        verb="screening.retired",
        subject=None,
        actor="system:screening",
        basis=basis,
        details={"run": str(run)},
    )
    transaction.on_commit(lambda: shutil.rmtree(queries.folder_of(run), ignore_errors=True))
