"""What reaches a lane reaches the tree; what is taken away before shows as a gap, to everybody."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from minben.protocol.file_lane import FileLane
from minben.protocol.intake import entry_record
from minben.protocol.signed_note import NoteKey
from minben.trail import lanes, log, queries
from minben.trail.audit import audit
from minben.trail.models import Checkpoint, Disclosure, Lane, Waiting
from minben.trail.sequencer import sequence_once
from minben.verify import whole_log
from trail.story import bundle_of, checked, use

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.TRAIL_LANES = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def record(subject: UUID | None, n: int = 0, sealed: dict[str, str] | None = None) -> bytes:
    return entry_record(
        verb="exchange.released",
        subject=subject,
        actor="agency:tax",
        basis="agreement:1",
        details={"n": n},
        at=NOW,
        sealed=sealed,
    ).record


def findings() -> set[tuple[str, int | None]]:
    told = whole_log.read(json.loads(json.dumps(queries.whole_log())))
    report = whole_log.check(told, NoteKey.from_text(told.log_key))
    return {(f.code, f.number) for f in report.findings}


def test_entries_of_outbox_and_file_lanes_stand_in_one_tree_and_one_chain(folder: Path) -> None:
    person, lane, other = uuid4(), FileLane(folder / "gateway-0"), FileLane(folder / "gateway-1")
    use(person, n=1)
    lane.append_many([record(person, 2), record(None, 3)])
    other.append_many([record(person, 4)])
    assert sequence_once() == 4
    lane.append_many([record(person, 5)])
    assert sequence_once() == 1
    assert sequence_once() == 0
    report = checked(bundle_of(person))
    assert report.is_sound
    assert report.count == 4
    told = [view.details["n"] for view in queries.entries_of(person)]
    assert sorted(told) == [1, 2, 4, 5]
    assert {lane.name: lane.sequenced for lane in Lane.objects.all()} == {
        "gateway-0": 3,
        "gateway-1": 1,
        "platform": 1,
    }
    assert findings() == set()
    assert audit() == []
    lane.close()
    other.close()


def test_an_entry_in_a_file_lane_can_be_sealed_and_erased_like_any_other(folder: Path) -> None:
    person, lane = uuid4(), FileLane(folder / "gateway-0")
    order = {"order": "CCP art. 230", "until": "2126-01-01T00:00:00Z"}
    lane.append_many([record(person, 1, order)])
    sequence_once()
    assert queries.entries_of(person)[0].withheld == "sealed"
    assert checked(bundle_of(person)).sealed == 1
    lane.close()


def test_files_of_a_lane_are_deleted_once_all_of_them_is_sequenced(folder: Path) -> None:
    lane = FileLane(folder / "gateway-0", segment_bytes=1)
    for n in range(4):
        lane.append_many([record(uuid4(), n)])
    sequence_once()
    assert len(list((folder / "gateway-0").glob("*.lane"))) == 1
    lane.close()


def test_a_record_that_is_no_entry_leaves_a_gap_and_the_rest_goes_on(folder: Path) -> None:
    lane = FileLane(folder / "gateway-0")
    lane.append_many([record(None, 1), b"nonsense", record(None, 3)])
    assert sequence_once() == 2
    assert findings() == {("gap", 1)}
    lane.close()


@pytest.mark.parametrize("doomed", [[2], [1], [4, 5], [2, 5], [1, 2, 3, 4, 5]])
def test_a_row_deleted_before_it_is_sequenced_shows_as_a_gap_to_everybody(
    doomed: list[int],
) -> None:
    """Whoever can delete rows of the outbox cannot make the numbers close up again."""
    for n in range(5):
        use(uuid4(), n=n)
    if connection.vendor == "postgresql":
        connection.check_constraints()
    rows = list(Waiting.objects.order_by("n"))
    Waiting.objects.filter(n__in=[rows[n - 1].n for n in doomed]).delete()
    sequence_once()
    use(uuid4(), n=6)
    while sequence_once():
        pass
    alarms = queries.entries_by_verb("trail.gap")
    missing = {n for a in alarms for n in range(a.details["first"], a.details["last"] + 1)}
    assert missing == {rows[0].n - 1 + n for n in doomed}
    assert all(alarm.subject is None for alarm in alarms)
    assert {code for code, _ in findings()} == {"gap"}
    assert sum("jumps" in fault for fault in audit()) == len(findings())
    counts = {count.verb: count.count for count in queries.public_counts()}
    assert counts["trail.gap"] == len(alarms)


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_gap() -> None:
    use(uuid4())

    def deed() -> None:
        with transaction.atomic():
            use(uuid4())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    use(uuid4())
    assert [row.n for row in Waiting.objects.order_by("n")] == [1, 2]
    while sequence_once():
        pass
    assert findings() == set()


def test_a_batch_begun_before_somebody_is_forgotten_does_not_bring_them_back() -> None:
    person = uuid4()
    use(person)
    sequence_once()
    use(uuid4())
    taken = lanes.take(10)
    assert taken
    from minben.trail import actions, sequencer

    with sequencer.writing(log.folder()):
        state = sequencer.Sequencer.objects.get(id=1)
        batch = sequencer._Batch(state, log.folder())
        batch.place(taken.entries)
        actions.forget(subject=person, reason="order", actor="person:dpo", basis="PDPA art. 11")
        assert not batch.commit(taken)
        batch.close()
    while sequence_once():
        pass
    assert audit() == []
    assert Disclosure.objects.filter(subject=person).count() == 0


def test_every_tile_of_the_newest_tree_is_served_and_leads_to_its_root() -> None:
    from minben.protocol import merkle, tiles

    for _ in range(3):
        for n in range(120):
            use(None, n=n)
        sequence_once()
    head = Checkpoint.objects.latest("size")
    assert head.size == 363
    read = {tile: queries.tile(tile.path) for tile in tiles.tiles_of(head.size)}
    hashes = b"".join(
        data or b""
        for tile, data in sorted(read.items(), key=lambda one: one[0].index)
        if tile.level == 0
    )
    leaves = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    assert merkle.root(head.size, merkle.nodes_of(leaves)) == bytes(head.root)
    bundle = queries.tile("tile/entries/001.p/107")
    assert bundle is not None
    assert [merkle.leaf_hash(e) for e in tiles.unbundled(bundle)] == leaves[256:]
    assert queries.tile("tile/0/001.p/108") is None
    assert queries.tile("tile/0/../../keys/trail") is None
