"""A deed and its entry become durable together, or neither does."""

from uuid import uuid4

import pytest
from django.db import transaction

from minben.trail import queries
from minben.trail.actions import record
from minben.trail.audit import audit
from minben.trail.models import Checkpoint, Disclosure, Leaf, Waiting
from minben.trail.sequencer import sequence_once, take_lease
from trail.story import use


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(verb="a.b", subject=None, actor="a", basis="b", details={})
    assert not Waiting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_entry() -> None:
    def deed() -> None:
        with transaction.atomic():
            record(verb="a.b", subject=uuid4(), actor="a", basis="b", details={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    assert not Waiting.objects.exists()
    assert not Disclosure.objects.exists()


@pytest.mark.django_db
def test_details_that_are_not_json_are_refused_before_anything_is_written() -> None:
    with pytest.raises(ValueError, match="object"):
        use(uuid4(), at=object())
    assert not Disclosure.objects.exists()


@pytest.mark.django_db
def test_leaves_number_their_lane_without_gaps_and_empty_it() -> None:
    people = [uuid4() for _ in range(3)]
    for n in range(25):
        use(people[n % 3], n=n)
        if n % 7 == 0:
            sequence_once()
    while sequence_once(limit=2):
        pass
    assert not Waiting.objects.exists()
    assert Leaf.objects.filter(entry__isnull=False).count() == 25
    assert audit() == []


@pytest.mark.django_db
def test_nothing_new_makes_no_checkpoint() -> None:
    use(uuid4())
    assert sequence_once() == 1
    assert sequence_once() == 0
    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db
def test_only_one_sequencer_holds_the_lease() -> None:
    assert take_lease("first")
    assert not take_lease("second")
    assert take_lease("first")


@pytest.mark.django_db
def test_a_receipt_promises_an_entry_before_and_after_it_has_its_place() -> None:
    uuid = use(uuid4())
    before = queries.receipt(uuid)
    sequence_once()
    assert queries.receipt(uuid) == before
