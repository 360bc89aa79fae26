"""The trail under load: entries made durable, sequenced, proven, audited as a whole.

Runs in a process and a record of its own, which `bench.trail_process` sets up.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from minben.bench.machine import machine, peak_mib
from minben.protocol.file_lane import FileLane
from minben.protocol.intake import entry_record
from minben.protocol.merkle import leaf_hash
from minben.trail import log, queries
from minben.trail.audit import audit
from minben.trail.log_files import LogFiles
from minben.trail.sequencer import sequence_once
from minben.verify.check import check
from minben.verify.format import read

_SLICE = 50_000
_BATCH = 500


def run(
    *, entries: int, people: int, opened: int, folder: Path, told: Callable[[str], None]
) -> dict[str, Any]:
    """Measure in a fresh record under `folder`; the numbers as one JSON object."""
    chance = random.Random(1)  # noqa: S311 - which person is asked about
    persons = [UUID(int=chance.getrandbits(128), version=4) for _ in range(people)]
    found: dict[str, Any] = {"machine": machine(), "entries": entries, "people": people}
    lane = FileLane(folder / "lanes" / "bench-0")
    made, durable, sequenced, busy = 0, 0.0, 0.0, 0.0
    while made < entries:
        count = min(_SLICE, entries - made)
        records = [_record(chance.choice(persons), made + n) for n in range(count)]
        begun = time.perf_counter()
        for at in range(0, count, _BATCH):
            lane.append_many(records[at : at + _BATCH])
        durable += time.perf_counter() - begun
        begun, used = time.perf_counter(), time.process_time()
        while sequence_once():
            pass
        sequenced += time.perf_counter() - begun
        busy += time.process_time() - used
        made += count
        told(f"{made:,} entries: {made / sequenced:,.0f}/s sequenced")
    lane.close()
    found["durable_per_second"] = round(made / durable)
    found["sequenced_per_second"] = round(made / sequenced)
    found["sequenced_processor_us"] = round(busy / made * 1e6, 1)
    found |= _proof_after(persons, folder, pace=found["sequenced_per_second"] // 2)
    found |= _bundle(persons)
    begun = time.perf_counter()
    faults = audit()
    found["audit_seconds"] = round(time.perf_counter() - begun, 2)
    found["audit_faults"] = len(faults)
    if opened:
        found |= _open(folder / "opened", opened)
    return found | {"peak_mib": peak_mib()}


def _record(person: UUID, n: int) -> bytes:
    return entry_record(
        verb="exchange.released",
        subject=person,
        actor="agency:tax",
        basis="sha-256:4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562",
        details={"data_set": "tax/income/rate/v1", "transfer": f"t-{n}"},
        at=datetime.now(UTC),
    ).record


def _proof_after(persons: list[UUID], folder: Path, *, pace: int) -> dict[str, Any]:
    """How long after an entry its proof is there, while a writer keeps half the load coming."""
    stop = multiprocessing.Event()
    writer = multiprocessing.Process(target=_write, args=(folder, persons[:1000], pace, stop))
    writer.start()
    waits: list[float] = []
    end = time.monotonic() + 8
    while time.monotonic() < end or len(waits) < 3:
        if not sequence_once():
            time.sleep(0.2)  # as the process does
            continue
        waits.append(time.time() - min(uuid.int >> 80 for uuid in queries.newest_batch()) / 1e3)
    stop.set()
    writer.join()
    while sequence_once():
        pass
    worst = max(waits[1:], default=0.0)
    return {
        "proof_under_entries_per_second": pace,
        "proof_after_seconds_median": round(median(waits), 3),
        "proof_after_seconds_worst": round(worst, 3),
    }


def _write(folder: Path, persons: list[UUID], pace: int, stop: Any) -> None:
    lane = FileLane(folder / "lanes" / "bench-1")
    chance = random.Random(2)  # noqa: S311
    while not stop.is_set():
        begun = time.perf_counter()
        lane.append_many([_record(chance.choice(persons), n) for n in range(max(pace // 50, 1))])
        time.sleep(max(0.0, 0.02 - (time.perf_counter() - begun)))
    lane.close()


def _bundle(persons: list[UUID]) -> dict[str, Any]:
    told = queries.bundle(persons[-1])
    assert told is not None
    text = json.dumps(told)
    made, checked = [], []
    for person in persons[-50:]:
        begun = time.perf_counter()
        queries.bundle(person)
        made.append(time.perf_counter() - begun)
    for _ in range(50):
        begun = time.perf_counter()
        report = check(read(json.loads(text)), log.public_key())
        checked.append(time.perf_counter() - begun)
        assert report.is_sound
    return {
        "bundle_entries": told["count"],
        "bundle_made_ms": round(median(made) * 1e3, 2),
        "bundle_checked_ms": round(median(checked) * 1e3, 2),
    }


def _open(folder: Path, size: int) -> dict[str, Any]:
    """A log of many small entries: how long until its root and a proof are there."""
    folder.mkdir()
    files = LogFiles(folder, 0)
    for start in range(0, size, 100_000):
        new = [b"%d" % n for n in range(start, min(start + 100_000, size))]
        files.append(new, [leaf_hash(entry) for entry in new])
    files.close()
    begun = time.perf_counter()
    again = LogFiles(folder, size)
    again.root()
    again.append([b"x"], [leaf_hash(b"x")])
    again.close()
    return {"opened_entries": size, "opened_seconds": round(time.perf_counter() - begun, 3)}
