"""What may be asked of screening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.facts.catalogue import HOUSEHOLD
from minben.packs.load import pack as load_pack
from minben.screening import models, people, words
from minben.screening.commitment import Commitment
from minben.screening.types import (
    PathCount,
    ReachableOutcome,
    RunState,
    RunView,
    ScreenedProof,
    ScreenedRow,
)
from minben.screening.withholding import withheld


def view(run: UUID) -> RunView:
    """One run; Refused `screening.no_such_run`."""
    return view_of(row_of(run))


def runs() -> list[RunView]:
    """All runs, newest first."""
    return [view_of(row) for row in models.Run.objects.order_by("-started_at", "-id")]


def results(run: UUID, status: str | None = None) -> Iterator[ScreenedRow]:
    """The rows of a finished run the youngest first, of one status or all.

    Only people whom the law can concern have a row; everybody else is not due. Those left out
    (already paid, or objected) do not come. Refused `screening.not_done`.
    """
    row = _done(run)
    left_out = set(row.left_out.values_list("pseudonym", flat=True))
    outcomes = [ReachableOutcome(**told) for told in row.outcomes]
    for id, found, scheme, amount, reason, reachable in people.rows(folder_of(run), status):
        if id not in left_out:
            numbers = [int(n) for n in str(reachable or "").split(",") if n]
            yield ScreenedRow(
                pseudonym=id,
                status=found,
                scheme=scheme,
                amount=None if amount is None else int(amount),
                reason=reason,
                outcomes=tuple(outcomes[n] for n in numbers),
            )


def path_counts(pack: str, month: Month) -> dict[str, dict[int, PathCount]]:
    """Per rule and row of its table, how many people came that way in the month's screening.

    Only a finished run under the same rules counts; without one there is nothing. People whom
    the law cannot concern are on no path. Rows of few people are withheld.
    """
    rules = load_pack(pack)
    row = (
        models.Run.objects.filter(
            pack=pack, month=str(month), state=RunState.DONE, rules_hash=rules.rules_hash
        )
        .order_by("-finished_at")
        .first()
    )
    folder = folder_of(row.uuid) if row is not None else None
    if folder is None or not (folder / people.RESULTS).exists():
        return {}
    plan = rules.rules(month).path_plan(rules.manifest.decides)
    counted = plan.by_rule(people.count_paths(plan, folder, HOUSEHOLD.replace("/", "_")))
    found: dict[str, dict[int, PathCount]] = {}
    for rule, by_row in counted.items():
        few = withheld(by_row)
        found[rule] = {
            number: PathCount(None, None) if number in few else PathCount(*counts)
            for number, counts in by_row.items()
        }
    return found


def proof(run: UUID, pseudonym: str) -> ScreenedProof:
    """The proof that this pseudonym was screened; Refused `screening.not_screened`."""
    row = _done(run)
    tree = commitment_of(row)
    try:
        index, path = tree.proof(pseudonym)
    except KeyError:
        raise Refused("screening.not_screened") from None
    return ScreenedProof(
        run=run,
        leaf=tree.leaf(pseudonym),
        index=index,
        size=tree.size,
        path=tuple(node.hex() for node in path),
        root=row.root,
    )


def commitment_of(row: models.Run) -> Commitment:
    """The tree over everyone whom a run screened."""
    said = {
        "run": str(row.uuid),
        "purpose": row.purpose,
        "mandate": row.mandate,
        "month": row.month,
        "on": str(row.screened_on),
    }
    return Commitment(people.screened(folder_of(row.uuid)), said, bytes(row.secret))


def folder_of(run: UUID) -> Path:
    """Where a run keeps its exports and results."""
    folder: Path = settings.VAR / "screening" / str(run)
    return folder


def row_of(run: UUID) -> models.Run:
    """The row behind a run; Refused `screening.no_such_run`."""
    row = models.Run.objects.filter(uuid=run).first()
    if row is None:
        raise Refused("screening.no_such_run")
    return row


def view_of(row: models.Run) -> RunView:
    """A row as other rooms see it."""
    left_out = row.left_out.values("pseudonym").distinct().count()
    return RunView(
        uuid=row.uuid,
        pack=row.pack,
        mandate=row.mandate,
        purpose=row.purpose,
        month=Month.parse(row.month),
        state=RunState(row.state),
        explanation=words.explain(row.explanation, row.explained_with),
        data_sets=tuple(row.data_sets),
        persons=row.persons,
        counts={**row.counts, "left_out": left_out},
        rules_hash=row.rules_hash,
        root=row.root,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _done(run: UUID) -> models.Run:
    row = row_of(run)
    if row.state != RunState.DONE:
        raise Refused("screening.not_done")
    return row
