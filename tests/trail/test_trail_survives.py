"""Many writers at once, and a sequencer killed at every point: the log stays whole."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from minben.trail.actions import erase
from minben.trail.audit import audit
from minben.trail.models import Checkpoint, Disclosure, Leaf, Sequencer, Waiting
from minben.trail.queries import bundle
from minben.trail.sequencer import sequence_once
from trail.killing import finishes
from trail.story import bundle_of, checked, use

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WRITERS, EACH = 16, 12


def at_once(*deeds: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_sixteen_writers_and_two_sequencers_lose_nothing_and_double_nothing() -> None:
    people = [uuid4() for _ in range(5)]
    written: list[UUID] = []
    writing = threading.Event()
    left = itertools.count(1)

    def write(seed: int) -> None:
        for n in range(EACH):
            written.append(use(people[(seed + n) % 5], writer=seed, n=n))
        if next(left) == WRITERS:
            writing.set()

    def read() -> None:
        """Bundles are whole while batches come between."""
        while not writing.is_set():
            told = bundle(people[0])
            assert told is None or checked(told).is_sound

    def sequence() -> None:
        while not writing.is_set() or Waiting.objects.exists():
            sequence_once(limit=7)

    writers = [lambda seed=seed: write(seed) for seed in range(WRITERS)]
    at_once(*writers, sequence, sequence, read)
    placed = list(Leaf.objects.filter(entry__isnull=False).values_list("entry", flat=True))
    assert sorted(placed, key=str) == sorted(written, key=str)
    assert len(written) == WRITERS * EACH
    assert audit() == []
    for person in people:
        assert checked(bundle_of(person)).is_sound


def test_a_sequencer_killed_at_any_point_leaves_a_valid_log() -> None:
    people = [uuid4() for _ in range(3)]
    written = 0
    for point in itertools.count(1):
        for n in range(4):
            use(people[(point + n) % 3], point=point, n=n)
            written += 1
        finished = finishes(sequence_once, kill_at=point)
        assert audit() == [], f"killed at point {point}"
        if finished:
            break
    assert point > 15, "there were fewer points to die at than expected"
    assert finishes(sequence_once)
    assert not Waiting.objects.exists()
    assert Leaf.objects.filter(entry__isnull=False).count() == written
    assert Checkpoint.objects.count() == Sequencer.objects.get().maps
    for person in people:
        assert checked(bundle_of(person)).is_sound


def test_a_writer_killed_at_any_point_leaves_deed_and_entry_or_neither() -> None:
    person = uuid4()
    for point in itertools.count(1):
        if finishes(lambda: use(person), kill_at=point):
            break
    sequence_once()
    assert audit() == []
    assert checked(bundle_of(person)).is_sound


def test_erased_text_is_gone_from_the_file_itself() -> None:
    entry = use(uuid4(), secret="a-word-that-must-not-stay")
    sequence_once()
    assert "a-word-that-must-not-stay" in on_disk()
    with transaction.atomic():
        erase(entries=[entry], reason="order", actor="person:dpo", basis="PDPA art. 11")
    sequence_once()
    assert "a-word-that-must-not-stay" not in on_disk()


def on_disk() -> str:
    """What the database holds, deleted pages included; on PostgreSQL, what a query can reach."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(str(connection.settings_dict["NAME"])).read_bytes().decode("latin-1")
    return "".join(Disclosure.objects.values_list("payload", flat=True))
