"""How the worker carries a run: fetch and compute outside, commit in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import duckdb
from django.db import transaction
from django.utils import timezone

from minben.base.month import Month
from minben.consent import queries as consent
from minben.consent.types import MandateView
from minben.facts.catalogue import HOUSEHOLD
from minben.jobs.clock import today
from minben.jobs.registry import handler
from minben.jobs.types import Payload, RetryLater
from minben.law.screening_plan import ScreeningPlan
from minben.packs.load import pack as load_pack
from minben.registry import queries as registry
from minben.screening import clients, listeners, models, people, queries
from minben.screening.types import RunState
from minben.trail.actions import record

KIND = "screening.run"


def carry(payload: Payload, key: str) -> dict[str, Any]:
    """Fetch every export, run the law; the summary is committed by `complete`.

    Exports that were fetched before stay; an agency that still writes is asked again later.
    """
    run = UUID(str(payload["run"]))
    row = queries.row_of(run)
    if row.state != RunState.FETCHING:
        return {"outcome": "nothing"}
    mandate = consent.mandate(row.mandate)
    if mandate.state != "active":
        return _failed("withdrawn")
    plan = people.plan_of(row.pack, Month.parse(row.month))
    try:
        exports = _exports(row, mandate, plan)
    except clients.Refusal as refusal:
        agency = registry.agency_name(str(refusal.words.get("agency", ""))).to_json()
        return _failed("refused", {**refusal.words, "agency": agency})
    if not exports or next(iter(exports)) != _base_name(HOUSEHOLD):
        return _failed("no_register")
    try:
        found = people.screen(plan, queries.folder_of(run), exports)
    except duckdb.Error:
        return _failed("unreadable")
    row.screened_on = today()
    return {
        "outcome": "done",
        "on": row.screened_on.isoformat(),
        "persons": found.persons,
        "counts": found.counts,
        "outcomes": found.outcomes,
        "digest": found.results_digest,
        "root": queries.commitment_of(row).root.hex(),
        "rules_hash": load_pack(row.pack).rules_hash,
        "data_sets": [d for d in mandate.data_sets if _base_name(d) in exports],
    }


def dead(payload: Payload, reason: str) -> None:
    """After the last attempt the run fails, visibly."""
    _end(payload, _failed("unreadable"))


@handler(KIND, outside=carry, dead=dead, lease=timedelta(minutes=10), attempts=1_000)
def complete(payload: Payload, outcome: Mapping[str, Any]) -> None:
    """Commit a run: counts, root and one entry on the trail, in one transaction."""
    _end(payload, outcome)


def _end(payload: Payload, outcome: Mapping[str, Any]) -> None:
    row = models.Run.objects.select_for_update().get(uuid=UUID(str(payload["run"])))
    if row.state != RunState.FETCHING or outcome["outcome"] == "nothing":
        return
    row.finished_at = timezone.now()
    if outcome["outcome"] == "failed":
        row.state = RunState.FAILED
        row.explanation, row.explained_with = outcome["why"], outcome["details"]
    else:
        row.state = RunState.DONE
        row.explanation, row.explained_with = "", {}
        row.screened_on = outcome["on"]
        row.persons, row.counts = outcome["persons"], outcome["counts"]
        row.outcomes, row.data_sets = outcome["outcomes"], outcome["data_sets"]
        row.results_digest, row.root = outcome["digest"], outcome["root"]
        row.rules_hash = outcome["rules_hash"]
    row.save()
    row.refresh_from_db()
    _entry(row)
    listeners.tell_done(queries.view_of(row))


def _entry(row: models.Run) -> None:
    done = row.state == RunState.DONE
    record(
        verb="screening.screened" if done else "screening.failed",
        subject=None,
        actor=row.actor,
        basis=f"mandate:{row.mandate}",
        details={
            "run": str(row.uuid),
            "pack": row.pack,
            "purpose": row.purpose,
            "month": row.month,
            "persons": row.persons,
            "counts": dict(row.counts),
            "data_sets": list(row.data_sets),
            "root": row.root,
            "results": row.results_digest,
            "rules": row.rules_hash,
            "why": row.explanation,
        },
    )


def _exports(
    row: models.Run, mandate: MandateView, plan: ScreeningPlan
) -> dict[str, Sequence[str]]:
    """Fetch what is not there yet; file name → columns, the register of persons first."""
    folder = queries.folder_of(row.uuid)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    exports: dict[str, Sequence[str]] = {}
    for data_set in sorted(mandate.data_sets, key=lambda d: (d != HOUSEHOLD, d)):
        columns = people.wanted(plan, mandate.facts_of(data_set))
        if not columns:
            continue
        name = _base_name(data_set)
        path = folder / f"{name}.parquet"
        try:
            if not path.exists():
                content = _fetch(row, mandate, data_set, columns)
                path.with_suffix(".part").write_bytes(content)
                path.with_suffix(".part").replace(path)
        except clients.NotExported:
            continue
        exports[name] = columns
    return exports


def _fetch(
    row: models.Run, mandate: MandateView, data_set: str, columns: tuple[str, ...]
) -> bytes:
    provider = registry.provider_of(data_set)
    order = clients.Order(
        run=uuid5(row.uuid, data_set),
        data_set=data_set,
        columns=columns,
        month=Month.parse(row.month),
        mandate=mandate.document,
        signature=mandate.signature,
        mandate_id=mandate.id,
    )
    try:
        return clients.fetch(order, provider)
    except clients.NotYet as wait:
        _note(row.uuid, provider.name.to_json())
        raise RetryLater(timedelta(seconds=wait.seconds), "screening.waiting") from wait
    except clients.Refusal as refusal:
        raise clients.Refusal({**refusal.words, "agency": provider.key}) from refusal


@transaction.atomic
def _note(run: UUID, agency: dict[str, str]) -> None:
    models.Run.objects.filter(uuid=run, state=RunState.FETCHING).update(
        explanation="waiting", explained_with={"agency": agency}
    )


def _base_name(data_set: str) -> str:
    return data_set.replace("/", "_")


def _failed(why: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    said = {"mistake": {"zh": "—", "en": "—"}, "mend": {"zh": "—", "en": "—"}}
    told = {**said, **(details or {})} if why == "refused" else {}
    return {"outcome": "failed", "why": why, "details": told}
