"""A lane as files: append-only segments of checksummed batches, one fdatasync for each batch.

A batch is the unit of durability: `append_many` returns when the disk holds all of it, and the
next is written only then. So whatever a power cut leaves behind, at most the last batch can be
torn, and nobody was told that it is durable: opening the lane sets it aside. Damage before the
last batch is something else and is refused.

    batch   = "mlan" ‖ u64 first number ‖ u32 records ‖ u32 body length ‖ u32 CRC-32 ‖ body
    body    = (u32 length ‖ record) for each record            (all integers big-endian)

The checksum covers header and body, so a batch cannot stand in another's place. A segment is
named by its first number; numbers count from 1 without a gap over all segments.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"mlan"
_HEAD = struct.Struct(">4sQIII")
_LENGTH = struct.Struct(">I")
_COVERED = struct.Struct(">QII")
SEGMENT_BYTES = 16 << 20
SEGMENT_SECONDS = 3600.0
LARGEST_RECORD = 1 << 20
_CHUNK = 1 << 20


class BrokenLane(Exception):
    """The lane's files are not what was written, or the disk did not take a batch."""


@dataclass(frozen=True, slots=True)
class Record:
    """通道紀錄 One record of a lane: its number, counted from 1, and its bytes."""

    n: int
    data: bytes


def framed(first: int, records: Sequence[bytes]) -> bytes:
    """The exact bytes of one batch."""
    body = b"".join(_LENGTH.pack(len(record)) + record for record in records)
    covered = _COVERED.pack(first, len(records), len(body))
    return MAGIC + covered + _LENGTH.pack(zlib.crc32(body, zlib.crc32(covered))) + body


class FileLane:
    """檔案通道 One writer's lane. Appending is safe between threads; one process at a time.

    After a write that failed nothing is appended any more until the lane is opened anew: what
    the disk then holds is not known (a second fdatasync may succeed over lost pages).
    """

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._segment_bytes = folder, segment_bytes
        self._guard = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._guard)
            raise BrokenLane(f"{folder} is open in another process: stop that one") from error
        self._lock = threading.Lock()
        self._failed = False
        self._file = -1
        self._begun = time.monotonic()
        self.next_number = 1
        self._open_last()

    def append_many(self, records: Sequence[bytes]) -> int:
        """Make records durable together; the number of the first. OSError: the disk is at fault.

        ValueError for an empty batch or a record over 1 MiB; BrokenLane after a failure.
        """
        if not records or max(map(len, records)) > LARGEST_RECORD:
            raise ValueError("a batch holds at least one record, none over 1 MiB")
        with self._lock:
            if self._failed:
                raise BrokenLane(f"{self.folder}: the disk did not take a batch; start anew")
            try:
                if self._is_full():
                    self._begin_segment()
                first = self.next_number
                _write_all(self._file, framed(first, records))
                os.fdatasync(self._file)
            except OSError:
                self._failed = True
                raise
            self.next_number = first + len(records)
            return first

    def close(self) -> None:
        """Let another process open the lane."""
        os.close(self._file)
        os.close(self._guard)

    def _is_full(self) -> bool:
        written = os.lseek(self._file, 0, os.SEEK_CUR)
        aged = time.monotonic() - self._begun > SEGMENT_SECONDS
        return bool(written) and (written >= self._segment_bytes or aged)

    def _open_last(self) -> None:
        found = segments(self.folder)
        if not found:
            self._begin_segment()
            return
        (self.next_number, path), end = found[-1], 0
        for batch in _batches(path, self.next_number):
            self.next_number, end = batch.first + len(batch.records), batch.end
        self._file = os.open(path, os.O_RDWR)
        torn = os.pread(self._file, os.fstat(self._file).st_size, end)
        if torn:
            path.with_suffix(f".torn-{end}").write_bytes(torn)
            os.ftruncate(self._file, end)
            os.fsync(self._file)
        os.lseek(self._file, end, os.SEEK_SET)

    def _begin_segment(self) -> None:
        path = self.folder / f"{self.next_number:020}.lane"
        fresh = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        sync_folder(self.folder)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._begun = fresh, time.monotonic()


class GroupCommit:
    """成批落盤 Awaitable appends: all that arrive while one batch is written make up the next."""

    def __init__(self, lane: FileLane, *, executor: Executor | None = None) -> None:
        self._lane, self._executor = lane, executor
        self._waiting: list[tuple[bytes, asyncio.Future[int]]] = []
        self._running: asyncio.Task[None] | None = None

    def append(self, record: bytes) -> asyncio.Future[int]:
        """Append one record; the future gives its number when it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        self._waiting.append((record, future))
        if self._running is None:
            self._running = loop.create_task(self._commit())
        return future

    async def _commit(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            records = [record for record, _ in batch]
            try:
                first = await loop.run_in_executor(self._executor, self._lane.append_many, records)
            except Exception as failure:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(failure)
                continue
            for n, (_, future) in enumerate(batch, start=first):
                if not future.done():
                    future.set_result(n)
        self._running = None


class LaneReader:
    """通道讀取 Reads a lane that another process writes; remembers where it stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at: dict[Path, tuple[int, int]] = {}  # segment → number and byte of the next batch

    def read(self, after: int, limit: int) -> list[Record]:
        """Up to about `limit` durable records with numbers above `after`, in order.

        The files are synced before they are believed: what is read here survives a power cut
        even when its writer was still waiting for the disk. Whole batches only; an unfinished
        last one is left for later. BrokenLane when a file was damaged. Numbers that are missing
        altogether are for the caller to see.
        """
        found: list[Record] = []
        starts = segments(self._folder)
        nexts = [first for first, _ in starts[1:]] + [None]
        for (first, path), following in zip(starts, nexts, strict=True):
            if following is not None and following <= after + 1:
                self._at.pop(path, None)
                continue
            self._read_segment(path, first, after, found, limit)
            if len(found) >= limit:
                break
        return found

    def has_more(self, after: int) -> bool:
        """Whether the files hold bytes that were not yet read as numbers up to `after`."""
        starts = segments(self._folder)
        if not starts:
            return False
        first, path = starts[-1]
        number, at = self._at.get(path, (first, 0))
        return number <= after or path.stat().st_size > at

    def _read_segment(
        self, path: Path, first: int, after: int, found: list[Record], limit: int
    ) -> None:
        number, start = self._at.get(path, (first, 0))
        if number > after + 1:
            number, start = first, 0
        if path.stat().st_size <= start:
            return
        _sync(path)
        for batch in _batches(path, number, start):
            end = batch.first + len(batch.records)
            if end <= after + 1:
                self._at[path] = (end, batch.end)
                continue
            numbered = enumerate(batch.records, start=batch.first)
            found += [Record(n, data) for n, data in numbered if n > after]
            if len(found) >= limit:
                return


def read_lane(folder: Path, after: int, limit: int) -> list[Record]:
    """Read a lane once, as `LaneReader.read` does."""
    return LaneReader(folder).read(after, limit)


def drop_read(folder: Path, upto: int) -> None:
    """Delete the segments whose records all have numbers up to `upto`, except the newest one."""
    starts = segments(folder)
    for (_, path), (following, _) in itertools.pairwise(starts):
        if following <= upto + 1:
            path.unlink()


def segments(folder: Path) -> list[tuple[int, Path]]:
    """The lane's segments by their first number."""
    return sorted((int(path.stem), path) for path in folder.glob("*.lane"))


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Batch:
    first: int
    records: list[bytes]
    end: int


def _batches(path: Path, first: int, start: int = 0) -> Iterator[_Batch]:
    """The whole batches of a segment from a byte on. Stops at a torn end; BrokenLane when whole
    batches follow it.
    """
    with path.open("rb") as file:
        file.seek(start)
        data, at = file.read(_CHUNK), 0
        while True:
            batch = _batch(data, at)
            if batch is None:
                more = file.read(_CHUNK)
                if not more:
                    break
                data, start, at = data[at:] + more, start + at, 0
                continue
            if batch.first != first:
                raise BrokenLane(f"{path}: batch {first} is missing")
            at, first = batch.end, first + len(batch.records)
            yield _Batch(batch.first, batch.records, start + at)
    later = data.find(MAGIC, at + 1)
    while later >= 0:
        if _batch(data, later) is not None:
            raise BrokenLane(f"{path}: damaged at byte {start + at}, with whole batches after it")
        later = data.find(MAGIC, later + 1)


def _batch(data: bytes, at: int) -> _Batch | None:
    if len(data) - at < _HEAD.size:
        return None
    magic, first, count, length, checksum = _HEAD.unpack_from(data, at)
    start, end = at + _HEAD.size, at + _HEAD.size + length
    if magic != MAGIC or end > len(data):
        return None
    covered = _COVERED.pack(first, count, length)
    if zlib.crc32(data[start:end], zlib.crc32(covered)) != checksum:
        return None
    records = []
    while start < end:
        (size,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size
        records.append(data[start : start + size])
        start += size
    return _Batch(first, records, end)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
