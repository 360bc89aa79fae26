"""What a person can prove about the log, and what nobody can hide from them."""

import copy
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from minben.trail import actions, queries
from minben.trail.audit import audit
from minben.trail.models import Disclosure, Leaf
from minben.trail.sequencer import sequence_once
from minben.trail.types import Seal
from trail.story import bundle_of, checked, forge_leaf, use

pytestmark = pytest.mark.django_db


def codes(told):
    return {(f.code, f.number) for f in checked(told).findings}


def test_a_whole_bundle_is_sound_and_says_how_many(story: UUID) -> None:
    report = checked(bundle_of(story))
    assert report.findings == ()
    assert (report.count, report.sealed, report.erased) == (5, 0, 0)
    assert report.older is not None
    assert audit() == []


def test_a_person_without_entries_can_prove_that_there_are_none(story: UUID) -> None:
    report = checked(bundle_of(uuid4()))
    assert report.is_sound
    assert report.count == 0


def test_an_entry_recorded_after_the_checkpoint_waits_with_a_signed_receipt(story: UUID) -> None:
    use(story)
    report = checked(bundle_of(story))
    assert report.is_sound
    assert report.waiting == 1


def test_a_changed_text_is_named(story: UUID) -> None:
    told = bundle_of(story)
    told["entries"][2]["payload"]["actor"] = "agency:nobody"
    assert codes(told) == {("changed", 3)}


def test_a_changed_leaf_is_named(story: UUID) -> None:
    told = bundle_of(story)
    leaf = json.loads(told["entries"][1]["leaf"])
    leaf["commitment"] = "00" * 32
    told["entries"][1]["leaf"] = json.dumps(leaf, sort_keys=True, separators=(",", ":"))
    assert ("changed", 2) in codes(told)


def test_a_leaf_rewritten_in_other_words_is_named(story: UUID) -> None:
    told = bundle_of(story)
    told["entries"][1]["leaf"] += " "
    assert ("changed", 2) in codes(told)


def test_a_dropped_entry_is_named(story: UUID) -> None:
    told = bundle_of(story)
    del told["entries"][2]
    assert codes(told) == {("dropped", 3)}


def test_a_dropped_entry_with_the_rest_renumbered_is_named(story: UUID) -> None:
    told = bundle_of(story)
    del told["entries"][2]
    for number, item in enumerate(told["entries"], start=1):
        item["number"] = number
    assert ("dropped", 3) in codes(told)


def test_a_cut_tail_is_named(story: UUID) -> None:
    told = bundle_of(story)
    del told["entries"][3:]
    assert codes(told) == {("truncated", 4)}


def test_a_cut_tail_with_the_count_lowered_is_found_by_the_map(story: UUID) -> None:
    told = bundle_of(story)
    del told["entries"][3:]
    told["count"] = 3
    assert ("count_changed", None) in codes(told)


def test_an_emptied_chain_is_found_by_the_map(story: UUID) -> None:
    told = bundle_of(story)
    told.update(entries=[], count=0, person_key=None, last="00" * 32)
    assert ("count_changed", None) in codes(told)


def test_a_doubled_entry_is_named(story: UUID) -> None:
    told = bundle_of(story)
    told["entries"].insert(2, copy.deepcopy(told["entries"][1]))
    assert codes(told) == {("doubled", 2)}


def test_swapped_entries_are_named(story: UUID) -> None:
    told = bundle_of(story)
    entries = told["entries"]
    entries[1], entries[3] = entries[3], entries[1]
    assert {code for code, _ in codes(told)} == {"reordered"}


def test_swapped_entries_with_their_numbers_swapped_are_named(story: UUID) -> None:
    told = bundle_of(story)
    entries = told["entries"]
    entries[1], entries[3] = entries[3], entries[1]
    entries[1]["number"], entries[3]["number"] = 2, 4
    assert ("reordered", 2) in codes(told)
    assert {code for code, _ in codes(told)} == {"reordered"}


def test_somebody_elses_entry_is_named(story: UUID) -> None:
    other = uuid4()
    use(other)
    sequence_once()
    told = bundle_of(story)
    told["entries"].append(bundle_of(other)["entries"][0])
    assert ("foreign", 1) in codes(told)


def test_anothers_bundle_under_ones_own_name_is_found(story: UUID) -> None:
    other = uuid4()
    use(other)
    sequence_once()
    told = bundle_of(other)
    told["person"] = str(story)
    assert ("count_changed", None) in codes(told)


def test_a_second_chain_in_the_tables_is_found(story: UUID) -> None:
    """The operator rewrites a leaf: the signed tree contradicts."""
    forge_leaf(Leaf.objects.get(subject=story, number=3).index)
    assert ("changed", 3) in codes(bundle_of(story))
    assert audit() != []


def test_another_key_signed_the_checkpoint(story: UUID) -> None:
    told = bundle_of(story)
    lines = told["checkpoint"].split("\n")
    told["checkpoint"] = "\n".join([lines[0], "7", *lines[2:]])
    assert codes(told) == {("checkpoint_forged", None)}


def test_a_rewritten_history_is_found_by_an_older_checkpoint(story: UUID) -> None:
    told = bundle_of(story)
    told["older"]["consistency"] = [h[::-1] for h in told["older"]["consistency"]]
    assert ("rewritten", None) in codes(told)


def test_consistency_is_proven_from_every_checkpoint_that_was_signed(story: UUID) -> None:
    for size in (4, 7):
        report = checked(bundle_of(story, older=size))
        assert report.is_sound
        assert report.older is not None
        assert report.older.size == size


def test_erasure_destroys_text_and_salt_and_every_proof_still_holds(story: UUID) -> None:
    doomed = queries.entries_of(story)[1]
    with transaction.atomic():
        erased = actions.erase(
            entries=[doomed.uuid], reason="order 7", actor="person:dpo", basis="PDPA art. 11"
        )
    assert erased == 1
    sequence_once()
    assert not Disclosure.objects.filter(uuid=doomed.uuid).exists()
    report = checked(bundle_of(story))
    assert report.is_sound
    assert (report.count, report.erased) == (6, 1)
    views = queries.entries_of(story)
    assert [view.withheld for view in views] == [None, "erased", None, None, None, None]
    assert views[-1].verb == "trail.erased"
    assert audit() == []


def test_forgetting_a_person_cuts_every_tie_and_the_tree_stands(story: UUID) -> None:
    actions.forget(subject=story, reason="order 8", actor="person:dpo", basis="PDPA art. 11")
    sequence_once()
    assert queries.entries_of(story) == []
    assert not Leaf.objects.filter(subject=story).exists()
    assert audit() == []
    use(story)
    sequence_once()
    report = checked(bundle_of(story))
    assert report.is_sound
    assert report.count == 1


def test_a_sealed_entry_is_counted_but_not_told_until_its_day(story: UUID) -> None:
    day = timezone.now() + timedelta(days=30)
    with transaction.atomic():
        sealed = actions.record(
            verb="exchange.released",
            subject=story,
            actor="agency:prosecutor",
            basis="order",
            details={"fact": "household"},
            seal=Seal(order="CCP art. 230", until=day),
        )
    sequence_once()
    told = bundle_of(story)
    assert "prosecutor" not in json.dumps(told)
    assert checked(told).sealed == 1
    assert checked(told).is_sound
    assert queries.entries_of(story)[-1].withheld == "sealed"
    assert queries.entries_of(story)[-1].actor == ""
    counts = {count.verb: count.count for count in queries.public_counts()}
    assert counts["exchange.released"] == 9
    assert queries.sealed_count() == 1
    actions.disclose(entry=sealed, actor="person:judge", basis="order lifted")
    sequence_once()
    assert queries.entries_of(story)[5].actor == "agency:prosecutor"
    assert queries.sealed_count() == 0
    assert checked(bundle_of(story)).is_sound


def test_the_officer_sees_who_used_the_data_of_many(story: UUID) -> None:
    now = timezone.now()
    (first, *_) = queries.uses_by_actor(since=now - timedelta(days=1), until=now)
    assert (first.actor, first.verb, first.uses, first.people) == (
        "agency:tax",
        "exchange.released",
        8,
        5,
    )
