"""Signed exports for screening: exactly the mandated columns, people under pseudonyms only."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from minben.base.month import Month
from minben.kit import compare, pseudonymise, reading, status
from minben.kit.agency import Agency, DataSet
from minben.kit.doorway import Knock, Reply
from minben.kit.problems import Problem
from minben.kit.reading import Fields
from minben.kit.types import JSON, FactAnswer, Row, Unknown
from minben.protocol.mandate import Mandate, is_signed

PARQUET_TYPE = "application/vnd.apache.parquet"
_KEPT_SECONDS = 24 * 3600
_log = logging.getLogger(__name__)
_TYPES = {bool: "BOOLEAN", int: "BIGINT", str: "VARCHAR"}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """匯出請求 What the owner agency orders: a data set's columns for a month, for one run."""

    run: str
    data_set: str
    columns: tuple[str, ...]
    month: Month
    mandate: Mandate
    mandate_json: Mapping[str, JSON]
    signature: Mapping[str, JSON]

    @classmethod
    def read(cls, body: bytes) -> ExportOrder:
        """Read an order's body; raises Problem."""
        fields = Fields(reading.read_object(body))
        document = fields.take("mandate", reading.json_object)
        listed = fields.take("columns", reading.items(50))
        try:
            mandate = Mandate.from_json(document)
        except ValueError as error:
            raise Problem("mandate_invalid", "mandate", what=str(error)[:200]) from error
        order = cls(
            run=fields.take("run", reading.identifier),
            data_set=fields.take("data_set", reading.string),
            columns=tuple(reading.string(c, f"columns[{i}]") for i, c in enumerate(listed)),
            month=fields.take("month", reading.month),
            mandate=mandate,
            mandate_json=document,
            signature=fields.take("signature", reading.json_object),
        )
        fields.done()
        return order


class Exports:
    """匯出 Orders under way and files written. A lost one is simply ordered again."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._building: dict[Path, threading.Thread] = {}
        self._failed: dict[Path, Problem] = {}
        self._lock = threading.Lock()

    def order(self, knock: Knock) -> Reply:
        """Begin an export, once per run; the same order again asks how it goes."""
        order = ExportOrder.read(knock.body)
        data_set = check_mandate(
            self._agency,
            knock.sender,
            order.mandate,
            order.signature,
            order.data_set,
            order.columns,
        )
        if order.data_set not in self._agency.exporting:
            raise Problem("no_data_set", "data_set")
        for i, column in enumerate(order.columns):
            if column not in data_set.facts:
                raise Problem("no_fact", f"columns[{i}]")
            if column in data_set.predicates_only:
                raise Problem("predicate_only", f"columns[{i}]")
        path = self._path(order.mandate.id, order.run)
        self._sweep()
        with self._lock:
            if not path.exists() and path not in self._building:
                thread = threading.Thread(
                    target=self._build, args=(order, data_set, knock.sender, path), daemon=True
                )
                self._building[path] = thread
                self._failed.pop(path, None)
                thread.start()
        return Reply.of({"run": order.run, "state": "accepted"}, 202, retry_after="1")

    def fetch(self, knock: Knock, mandate: str, run: str) -> Reply:
        """The finished file; 202 while it is being written."""
        reading.identifier(run, "run")
        path = self._path(mandate, run)
        if problem := self._failed.get(path):
            raise problem
        if path in self._building:
            return Reply.of({"run": run, "state": "accepted"}, 202, retry_after="1")
        if not path.exists() or path.with_suffix(".for").read_text("utf-8") != knock.sender:
            raise Problem("no_export")
        if status.ask(self._agency.folder.trust, self._agency.folder.key, mandate) != "active":
            raise Problem("revoked", "mandate")
        return Reply(path.read_bytes(), 200, PARQUET_TYPE)

    def _build(self, order: ExportOrder, data_set: DataSet, sender: str, path: Path) -> None:
        try:
            rows = self._write(order, data_set, path)
            self._agency.lane.append(
                "exported",
                key=f"export:{order.mandate.id}:{order.run}",
                details={
                    "mandate": order.mandate.id,
                    "recipient": sender,
                    "data_set": order.data_set,
                    "columns": list(order.columns),
                    "rows": rows,
                    "digest": hashlib.sha256(path.with_suffix(".part").read_bytes()).hexdigest(),
                },
            )
            path.with_suffix(".for").write_text(sender, "utf-8")
            path.with_suffix(".part").replace(path)
        except Problem as problem:
            self._failed[path] = problem
        except Exception as error:
            self._failed[path] = Problem("broken_program", retry_after=30)
            # Its kind only: its words may hold what the register holds.
            _log.error("export %s failed: %s", order.run, type(error).__name__)
        finally:
            with self._lock:
                del self._building[path]

    def _write(self, order: ExportOrder, data_set: DataSet, path: Path) -> int:
        held: list[Row] = [
            dict(row) for row in self._agency.exporting[order.data_set](order.columns)
        ]
        persons = data_set.persons & set(order.columns)
        numbers = {str(row["number"]) for row in held}
        for column in persons:
            numbers |= {str(row[column]) for row in held if isinstance(row[column], str)}
        names = pseudonymise.ask(
            self._agency.folder, order.mandate_json, order.signature, sorted(numbers)
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = list(_rows(held, order, persons, names))
        otherwise = {c: v for c, v in data_set.otherwise.items() if c in order.columns}
        _parquet(rows, order.columns, otherwise, path.with_suffix(".part"))
        return len(rows)

    def _sweep(self) -> None:
        """Fetched or not, an export is deleted after a day; it can be ordered again."""
        before = time.time() - _KEPT_SECONDS
        for old in (self._agency.folder.path / "exports").glob("*/*"):
            if old.stat().st_mtime < before:
                old.unlink(missing_ok=True)

    def _path(self, mandate: str, run: str) -> Path:
        folder = hashlib.sha256(mandate.encode()).hexdigest()[:32]
        return self._agency.folder.path / "exports" / folder / f"{run}.parquet"


def check_mandate(
    agency: Agency,
    sender: str,
    mandate: Mandate,
    signature: Mapping[str, JSON],
    data_set: str,
    facts: tuple[str, ...],
) -> DataSet:
    """Whether a mandate lets this recipient read these facts now; raises Problem."""
    offered = agency.data_sets.get(data_set)
    if offered is None:
        raise Problem("no_data_set", "data_set")
    trust = agency.folder.trust
    if sender not in trust.allow.get(data_set, ()):
        raise Problem("not_allowed", "data_set")
    if not is_signed(mandate, signature, trust.approvers):
        raise Problem("mandate_invalid", "signature", what="not signed by a trusted approver")
    if mandate.recipient != sender:
        raise Problem("not_covered", "mandate.recipient")
    if not mandate.covers(data_set, facts):
        raise Problem("not_covered", "columns")
    if not mandate.valid_from <= datetime.now(UTC) < mandate.valid_until:
        raise Problem("expired", "mandate")
    if status.ask(trust, agency.folder.key, mandate.id) != "active":
        raise Problem("revoked", "mandate")
    return offered


def _rows(
    held: list[Row],
    order: ExportOrder,
    persons: frozenset[str],
    names: Mapping[str, str],
) -> Iterator[dict[str, JSON]]:
    for row in sorted(held, key=lambda row: names[str(row["number"])]):
        written: dict[str, JSON] = {"id": names[str(row["number"])]}
        for column in order.columns:
            value = compare.in_month(FactAnswer.of(row[column]), order.month)
            if column in persons and isinstance(value, str):
                value = names[value]
            written[column] = None if isinstance(value, Unknown) else value
            written[f"{column}_known"] = not isinstance(value, Unknown)
        yield written


def _parquet(
    rows: list[dict[str, JSON]],
    columns: tuple[str, ...],
    otherwise: Mapping[str, JSON],
    path: Path,
) -> None:
    """Write rows; what a missing person means stands in the file's `otherwise` metadata."""
    kinds = {"id": "VARCHAR"}
    for column in columns:
        first = next((row[column] for row in rows if row[column] is not None), "")
        kinds[column] = _TYPES.get(type(first), "VARCHAR")
        kinds[f"{column}_known"] = "BOOLEAN"
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", dir=path.parent) as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        lines.flush()
        # Names of columns are the descriptor's own: checked against it when ordered.
        source = f"read_json($lines, format='newline_delimited', columns={_struct(kinds)})"
        written = (
            f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{otherwise: {_text(otherwise)}}}"
        )
        copy = f"COPY (SELECT * FROM {source}) TO {_quoted(str(path))} ({written})"  # noqa: S608
        with duckdb.connect() as db:
            db.execute(copy, {"lines": lines.name})


def _text(value: Mapping[str, JSON]) -> str:
    return _quoted(json.dumps(value, ensure_ascii=False))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _struct(kinds: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items()) + "}"
