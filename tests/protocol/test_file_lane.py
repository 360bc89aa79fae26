"""A lane of files holds what it promised, whatever a power cut leaves behind."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from minben.protocol import file_lane
from minben.protocol.file_lane import (
    BrokenLane,
    FileLane,
    GroupCommit,
    LaneReader,
    drop_read,
    read_lane,
)

BATCHES = [[b"one"], [b"two", b"three" * 40], [b""], [b"five", b"\x00" * 64, b"mlan" * 9]]
ALL = [record for batch in BATCHES for record in batch]


def written(folder: Path) -> tuple[Path, list[int]]:
    """The one segment of a lane with four batches, and where each batch ends."""
    lane, ends = FileLane(folder), []
    (segment,) = [path for _, path in file_lane.segments(folder)]
    for batch in BATCHES:
        lane.append_many(batch)
        ends.append(segment.stat().st_size)
    lane.close()
    return segment, ends


def durable(ends: list[int], size: int) -> list[bytes]:
    """What had been promised when the file was `size` bytes long."""
    whole = sum(end <= size for end in ends)
    return [record for batch in BATCHES[:whole] for record in batch]


def data(folder: Path) -> list[bytes]:
    return [record.data for record in read_lane(folder, 0, 1000)]


def test_records_are_numbered_from_one_and_read_in_order(tmp_path: Path) -> None:
    written(tmp_path)
    assert [(r.n, r.data) for r in read_lane(tmp_path, 0, 99)] == list(enumerate(ALL, start=1))
    assert [r.n for r in read_lane(tmp_path, 4, 99)] == [5, 6, 7]


def test_a_power_cut_at_every_byte_leaves_every_promised_record(tmp_path: Path) -> None:
    segment, ends = written(tmp_path / "whole")
    whole = segment.read_bytes()
    for size in range(len(whole) + 1):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / segment.name).write_bytes(whole[:size])
        promised = durable(ends, size)
        assert data(folder) == promised
        lane = FileLane(folder)
        assert lane.append_many([b"after"]) == len(promised) + 1
        lane.close()
        assert data(folder) == [*promised, b"after"]


def test_unsynced_blocks_that_reached_the_disk_in_any_order_leave_a_valid_lane(
    tmp_path: Path,
) -> None:
    """Of the last batch any bytes may be there and the others zero or missing."""
    segment, ends = written(tmp_path / "whole")
    whole, start = segment.read_bytes(), ends[-2]
    chance = random.Random(7)
    for turn in range(60):
        torn = bytearray(whole[: chance.randrange(start, len(whole) + 1)])
        for at in range(start, len(torn), 16):
            if chance.random() < 0.4:
                torn[at : at + 16] = bytes(len(torn[at : at + 16]))
        if bytes(torn) == whole:
            continue
        folder = tmp_path / str(turn)
        folder.mkdir()
        (folder / segment.name).write_bytes(torn)
        lane = FileLane(folder)
        assert lane.append_many([b"after"]) == len(ALL[:-3]) + 1
        lane.close()
        assert data(folder) == [*ALL[:-3], b"after"]


def test_a_byte_changed_in_what_was_promised_is_damage_and_not_a_torn_end(tmp_path: Path) -> None:
    segment, ends = written(tmp_path / "whole")
    whole = segment.read_bytes()
    for at in range(0, ends[-2], 3):
        folder = tmp_path / str(at)
        folder.mkdir()
        (folder / segment.name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BrokenLane):
            FileLane(folder)
        with pytest.raises(BrokenLane):
            read_lane(folder, 0, 99)


def test_segments_roll_and_are_dropped_when_all_of_them_was_read(tmp_path: Path) -> None:
    lane = FileLane(tmp_path, segment_bytes=100)
    for n in range(40):
        lane.append_many([b"%d" % n * 20])
    names = [first for first, _ in file_lane.segments(tmp_path)]
    assert len(names) > 5
    assert len(read_lane(tmp_path, 0, 1000)) == 40
    drop_read(tmp_path, names[3])
    assert [first for first, _ in file_lane.segments(tmp_path)] == names[3:]
    drop_read(tmp_path, 40)
    assert [first for first, _ in file_lane.segments(tmp_path)] == names[-1:]
    lane.close()
    again = FileLane(tmp_path)
    assert again.append_many([b"x"]) == 41
    again.close()


def test_a_segment_missing_in_the_middle_shows_in_the_numbers(tmp_path: Path) -> None:
    lane = FileLane(tmp_path, segment_bytes=1)
    for _ in range(3):
        lane.append_many([b"x"])
    lane.close()
    file_lane.segments(tmp_path)[1][1].unlink()
    assert [record.n for record in read_lane(tmp_path, 0, 99)] == [1, 3]


def test_a_reader_goes_on_where_it_stopped_and_can_go_back(tmp_path: Path) -> None:
    lane, reader = FileLane(tmp_path, segment_bytes=150), LaneReader(tmp_path)
    seen: list[int] = []
    for n in range(30):
        lane.append_many([b"%d" % n] * (n % 3 + 1))
        if n % 4 == 0:
            seen += [record.n for record in reader.read(seen[-1] if seen else 0, 5)]
    while new := [record.n for record in reader.read(seen[-1], 5)]:
        seen += new
    assert seen == list(range(1, lane.next_number))
    assert next(record.n for record in reader.read(3, 1)) == 4
    lane.close()


def test_a_disk_that_fails_once_takes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = FileLane(tmp_path)
    lane.append_many([b"kept"])

    def fail(_: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="no space"):
        lane.append_many([b"lost"])
    monkeypatch.undo()
    with pytest.raises(BrokenLane):
        lane.append_many([b"after"])
    lane.close()


def test_one_process_at_a_time_and_no_empty_or_endless_record(tmp_path: Path) -> None:
    lane = FileLane(tmp_path)
    with pytest.raises(BrokenLane, match="another process"):
        FileLane(tmp_path)
    for wrong in ([], [b"x" * (1 << 20) + b"x"]):
        with pytest.raises(ValueError, match="batch"):
            lane.append_many(wrong)
    lane.close()


def test_appends_that_wait_together_share_one_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane, syncs, sync = FileLane(tmp_path), [], os.fdatasync

    def counted(file: int) -> None:
        syncs.append(file)
        sync(file)

    monkeypatch.setattr(os, "fdatasync", counted)

    async def many() -> list[int]:
        commit = GroupCommit(lane)
        return list(await asyncio.gather(*(commit.append(b"%d" % n) for n in range(100))))

    assert asyncio.run(many()) == list(range(1, 101))
    assert len(syncs) < 10
    lane.close()
    assert data(tmp_path) == [b"%d" % n for n in range(100)]


def test_whoever_waits_is_told_that_the_disk_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = FileLane(tmp_path)

    def fail(_: int) -> None:
        raise OSError("no space")

    async def one() -> int:
        return await GroupCommit(lane).append(b"x")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="no space"):
        asyncio.run(one())
    lane.close()
