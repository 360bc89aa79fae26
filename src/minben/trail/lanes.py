"""Intake: what waits in the lanes, in order, with each lane's own numbers.

The outbox numbers its rows as they commit, a file lane as it writes them. What is missing
between two numbers was taken away after it had been promised: a gap, which the leaves show for
good and which raises an alarm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F

from minben.protocol.entry import LANE
from minben.protocol.file_lane import BrokenLane, LaneReader, drop_read
from minben.protocol.intake import Intake, NotAnEntry, read_record, read_time
from minben.trail.models import Lane, Waiting

_log = logging.getLogger(__name__)
_readers: dict[Path, LaneReader] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """收到的項目 One entry from a lane. `told` is its text when the lane itself holds it."""

    lane: str
    n: int
    uuid: UUID
    subject: UUID | None
    commitment: bytes
    verb: str
    recorded_at: datetime
    told: Intake | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """缺號 Numbers that a lane gave and that nobody can show an entry for."""

    lane: str
    first: int
    last: int


@dataclass(slots=True)
class Catch:
    """一批收件 What one look into all lanes brought: entries, gaps, and where each lane stands."""

    entries: list[Taken] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    reached: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.gaps)


def folders() -> dict[str, Path]:
    """The file lanes by name: every folder below the setting that holds one."""
    below = Path(settings.TRAIL_LANES)
    return {path.name: path for path in sorted(below.glob("*/")) if (path / "lock").exists()}


def something_waits() -> bool:
    """Whether a look into the lanes is worth a lock."""
    reached = dict(Lane.objects.values_list("name", "sequenced"))
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        return True  # numbers are given when the transaction ends
    if Lane.objects.filter(name=LANE).exclude(given=F("sequenced")).exists():
        return True
    return any(
        _reader(folder).has_more(reached.get(name, 0)) for name, folder in folders().items()
    )


def _reader(folder: Path) -> LaneReader:
    return _readers.setdefault(folder, LaneReader(folder))


def take(limit: int) -> Catch:
    """Up to about `limit` entries of all lanes, each lane in its order. Nothing is removed."""
    catch = Catch()
    _take_outbox(catch, limit)
    for name, folder in folders().items():
        if len(catch.entries) < limit:
            _take_file(catch, name, folder, limit - len(catch.entries))
    return catch


def release(catch: Catch) -> None:
    """Free the files of lanes of what is sequenced; call it after the batch is committed."""
    for name, folder in folders().items():
        if name in catch.reached:
            drop_read(folder, catch.reached[name])


def _take_outbox(catch: Catch, limit: int) -> None:
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:  # numbers are given when the transaction ends
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    lane = Lane.objects.filter(name=LANE).first()
    if lane is None or lane.given == lane.sequenced:
        return
    columns = ("n", "uuid", "subject", "commitment", "verb", "recorded_at")
    waiting = Waiting.objects.filter(n__lte=lane.given).order_by("n")[:limit]
    rows = list(waiting.values_list(*columns))
    last = lane.sequenced
    for n, uuid, subject, commitment, verb, recorded_at in rows:
        last = _follow(catch, LANE, last, n)
        catch.entries.append(Taken(LANE, n, uuid, subject, bytes(commitment), verb, recorded_at))
    if len(rows) < limit:
        last = _follow(catch, LANE, last, lane.given + 1) - 1
    catch.reached[LANE] = max(last, lane.sequenced)


def _follow(catch: Catch, lane: str, last: int, n: int) -> int:
    """The number after `last` is `n`; if it is not, what lies between is a gap."""
    if n != last + 1:
        catch.gaps.append(Gap(lane, last + 1, n - 1))
    return n


def _take_file(catch: Catch, name: str, folder: Path, limit: int) -> None:
    sequenced = Lane.objects.filter(name=name).values_list("sequenced", flat=True).first() or 0
    reader = _reader(folder)
    last = sequenced
    try:
        for record in reader.read(sequenced, limit):
            last = _follow(catch, name, last, record.n)
            catch.entries.extend(_told(name, record.n, record.data))
    except BrokenLane as damage:
        _log.error("lane %s: %s", name, damage)
    if last > sequenced:
        catch.reached[name] = last


def _told(name: str, n: int, data: bytes) -> Iterator[Taken]:
    try:
        intake = read_record(data)
    except NotAnEntry as mistake:  # it stays unseen, and its number is missing among the leaves
        _log.error("lane %s, record %d: %s", name, n, mistake)
        return
    said = intake.payload
    subject = None if said["subject"] is None else UUID(said["subject"])
    at = read_time(said["recorded_at"])
    yield Taken(name, n, intake.uuid, subject, intake.commitment, said["verb"], at, intake)
