"""A law over a town that the room cannot name, and the proof that each was screened."""

import json
from datetime import timedelta

import duckdb
import pytest
from django.utils import timezone

from agencies.world import CHILD, MOTHER
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.exchange import actions as exchange
from minben.jobs.models import Job
from minben.jobs.worker import run_due
from minben.kit import status
from minben.kit.problems import Problem
from minben.protocol import merkle
from minben.protocol.canonical import canonical_json
from minben.screening import actions, listeners, queries, withholding
from minben.screening.types import RunState
from minben.trail.queries import entries_by_verb

# Every test starts two agencies and the pseudonym authority.
pytestmark = pytest.mark.slow

MONTH = Month(2022, 9)
ALL = ("household-registration", "social-affairs", "childcare", "pseudonyms")


def _carried(run):
    for _ in range(40):
        Job.objects.filter(done_at=None).update(not_before=timezone.now() - timedelta(seconds=1))
        run_due()
        if queries.view(run).state is not RunState.FETCHING:
            break
    return queries.view(run)


@pytest.fixture
def run(platform, mandate, small_law):
    return actions.run(pack="childcare", mandate=mandate.id, month=MONTH)


@pytest.fixture
def done(platform, run):
    with platform.world.serving(*ALL):
        view = _carried(run)
        assert view.state is RunState.DONE, view.explanation
        yield view


def test_the_newborn_is_open_and_everybody_elses_answer_stands(done):
    assert done.persons == 4
    (row,) = queries.results(done.uuid, "open")
    assert [outcome.amount for outcome in row.outcomes] == [5000, None]
    assert (done.counts["open"], done.counts["not_due"]) == (1, 3)


def test_who_is_on_the_assistance_list_is_due_without_a_question(platform, run):
    row = {"number": CHILD.number, "income_class": "low", "starts_on": "2022-07-03"}
    row |= {"ends_on": None, "disadvantaged": 0, "in_state_placement": 0}
    platform.world.write("social-affairs", "assistance", row)
    with platform.world.serving(*ALL):
        _carried(run)
    (found,) = queries.results(run, "due")
    assert (found.scheme, found.amount) == ("allowance", 6000)


def test_the_whole_pack_runs_over_the_exports_and_people_are_counted_by_path(
    platform, mandate, monkeypatch
):
    run = actions.run(pack="childcare", mandate=mandate.id, month=MONTH)
    with platform.world.serving(*ALL):
        assert _carried(run).state is RunState.DONE
    (row,) = queries.results(run, "open")
    assert 5000 in {outcome.amount for outcome in row.outcomes}
    few = queries.path_counts("childcare", MONTH)
    assert few["support"]
    assert all(count.decided is None for rows in few.values() for count in rows.values())
    monkeypatch.setattr(withholding, "FEWEST", 0)
    counted = queries.path_counts("childcare", MONTH)["support"]
    assert sum(count.decided + count.still_open for count in counted.values()) == len(
        list(queries.results(run))
    )
    assert sum(count.still_open for count in counted.values()) == 1
    assert queries.path_counts("childcare", MONTH + 1) == {}


def test_only_pseudonyms_and_mandated_columns_come_here(done):
    folder = queries.folder_of(done.uuid)
    for path in folder.glob("*.parquet"):
        with duckdb.connect() as db:
            table = db.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in table.description]
            rows = table.fetchall()
        assert "name" not in names
        assert "number" not in names
        assert MOTHER.number not in str(rows)
        assert CHILD.number not in str(rows)


def test_every_export_stands_in_its_agencys_own_log(platform, done):
    for agency in ("household-registration", "social-affairs"):
        entry = platform.world.lane(agency)[-1]
        assert (entry["what"], entry["recipient"]) == ("exported", "child-welfare")
        assert entry["mandate"] == done.mandate


def test_one_entry_commits_to_the_run_and_each_person_can_prove_to_be_in_it(platform, done):
    (entry,) = entries_by_verb("screening.screened")
    names = exchange.pseudonyms_of(mandate=done.mandate, persons=[platform.child.uuid])
    proof = queries.proof(done.uuid, names[platform.child.uuid])
    leaf = merkle.leaf_hash(canonical_json(proof.leaf))
    root = bytes.fromhex(str(entry.details["root"]))
    path = [bytes.fromhex(node) for node in proof.path]
    assert merkle.verify_inclusion(proof.index, proof.size, leaf, path, root)
    assert proof.leaf["month"] == "2022-09"
    assert platform.child.number not in json.dumps(dict(entry.details))
    with pytest.raises(Refused, match="not_screened"):
        queries.proof(done.uuid, "nobody")


def test_the_owner_agency_finds_the_child_behind_the_pseudonym(platform, done):
    (row,) = queries.results(done.uuid, "open")
    asked = {"mandate": done.mandate, "reason": "offer"}
    found = exchange.resolve_people(pseudonyms=[row.pseudonym], **asked)
    assert found == (platform.child.uuid,)
    with pytest.raises(Refused, match="not_resolved"):
        exchange.resolve_people(pseudonyms=[row.pseudonym, "nobody"], **asked)


def test_an_authority_that_cannot_ask_whether_we_still_may_has_not_said_no(
    platform, done, monkeypatch
):
    (row,) = queries.results(done.uuid, "open")
    monkeypatch.setattr(status, "ask", _unreachable)
    with pytest.raises(Refused, match="authority_down"):
        exchange.resolve_people(mandate=done.mandate, pseudonyms=[row.pseudonym], reason="offer")


def _unreachable(*asked):
    raise Problem("status_unreachable", retry_after=5)


def test_who_is_left_out_gets_no_row(done):
    (row,) = queries.results(done.uuid, "open")
    actions.leave_out(run=done.uuid, pseudonyms=[row.pseudonym], kind="objection")
    assert list(queries.results(done.uuid, "open")) == []
    assert queries.view(done.uuid).counts["left_out"] == 1


def test_the_same_month_is_screened_once(platform, mandate, run):
    assert actions.run(pack="childcare", mandate=mandate.id, month=MONTH) == run


def test_a_run_waits_for_an_agency_that_is_down_and_says_so(platform, run):
    with platform.world.serving("household-registration", "pseudonyms"):
        for _ in range(20):
            Job.objects.filter(done_at=None).update(not_before=timezone.now())
            run_due()
            if "社會局" in str(queries.view(run).explanation):
                break
    view = queries.view(run)
    assert view.state is RunState.FETCHING
    assert view.explanation is not None
    with platform.world.serving(*ALL):
        assert _carried(run).state is RunState.DONE


def test_an_export_that_failed_for_a_while_is_ordered_again(platform, run):
    with platform.world.serving("household-registration", "social-affairs", "childcare"):
        for _ in range(6):
            Job.objects.filter(done_at=None).update(not_before=timezone.now())
            run_due()
        assert queries.view(run).state is RunState.FETCHING
        with platform.world.serving("pseudonyms", owner=False):
            assert _carried(run).state is RunState.DONE


def test_a_withdrawn_mandate_stops_the_run(platform, run, mandate):
    platform.world.states[mandate.id] = "withdrawn"
    with platform.world.serving(*ALL):
        view = _carried(run)
    assert view.state is RunState.FAILED
    assert "revoked" in view.explanation.en


def test_rooms_above_are_told_when_a_run_ends(platform, run, monkeypatch):
    heard = []
    monkeypatch.setattr(listeners, "_done", [heard.append])
    with platform.world.serving(*ALL):
        _carried(run)
    assert [view.uuid for view in heard] == [run]


def test_retiring_a_run_deletes_its_files_and_keeps_counts_and_root(done):
    actions.retire(run=done.uuid, basis="retention")
    assert not queries.folder_of(done.uuid).exists()
    assert queries.view(done.uuid).root == done.root
