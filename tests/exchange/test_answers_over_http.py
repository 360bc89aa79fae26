"""From the question to the answer on the trail, against real provider processes."""

import json

import pytest

from agencies.world import RATE
from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.exchange import actions, listeners, queries
from minben.exchange.types import TransferState
from minben.facts.predicate import Predicate
from minben.identity.types import Role
from minben.jobs.worker import run_due
from minben.protocol.agreement import FactRequest, Party
from minben.trail.queries import entries_of

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

MONTH = Month(2022, 9)
BELOW_20 = Predicate("mother", "tax_rate", "at_least", 20)


def _ask(platform, agreement, who=None, predicate=BELOW_20):
    subject = (who or platform.mother).uuid
    return actions.request_facts(
        subject=subject,
        predicates=[predicate],
        month=MONTH,
        case_ref="C-1",
        agreement_id=agreement.id,
    )


def _terms(platform):
    return FactRequest(platform.mother.ref, "tax_rate", "at_least", 20, RATE)


@pytest.fixture
def agreement(platform):
    mother = Party("mother", platform.mother.ref, assurance=AssuranceLevel.MEDIUM)
    return platform.agreed(_terms(platform), parties=[mother])


def test_a_comparison_is_asked_answered_and_on_both_logs_before_it_is_used(platform, agreement):
    (uuid,) = _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    view = queries.transfer(uuid)
    assert view.state is TransferState.ANSWERED
    (answer,) = queries.answers_for("C-1")
    assert (answer.predicate, answer.known, answer.value) == (BELOW_20, True, False)
    assert "exchange.received" in [entry.verb for entry in entries_of(platform.mother.uuid)]
    assert [line["key"] for line in platform.world.lane("tax")] == [f"transfer:{uuid}"]


def test_asking_the_same_again_is_the_same_transfer(platform, agreement):
    assert _ask(platform, agreement) == _ask(platform, agreement)


def test_the_signed_answer_is_kept_as_it_came_and_sealed_at_rest(platform, agreement):
    (uuid,) = _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    assert queries.evidence(uuid)["status"] == 200
    assert b"tax_rate" not in bytes(queries.row_of(uuid).evidence)


def test_retiring_a_case_destroys_answers_and_evidence(platform, agreement):
    (uuid,) = _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    assert actions.retire(case_ref="C-1", basis="retention") == 1
    assert queries.answers_for("C-1") == []
    with pytest.raises(Refused, match="no_evidence"):
        queries.evidence(uuid)


def test_rooms_above_are_told_when_a_transfer_ends(platform, agreement, monkeypatch):
    heard = []
    monkeypatch.setattr(listeners, "_completed", [heard.append])
    (uuid,) = _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    assert [(view.uuid, view.state) for view in heard] == [(uuid, TransferState.ANSWERED)]


def test_a_question_outside_the_agreement_is_not_even_sent(platform, agreement):
    with pytest.raises(Refused, match="no_basis"):
        _ask(platform, agreement, predicate=Predicate("mother", "tax_rate", "at_least", 5))
    with pytest.raises(Refused, match="no_basis"):
        _ask(platform, agreement, who=platform.father)


def test_after_a_revocation_nothing_is_asked_and_the_person_reads_why(platform, agreement):
    (uuid,) = _ask(platform, agreement)
    platform.say(agreement, platform.mother, "revoke")
    with platform.world.serving("tax"):
        run_due()
    view = queries.transfer(uuid)
    assert view.state is TransferState.REFUSED
    assert "revoked" in view.explanation.en
    assert platform.world.lane("tax") == []


def test_two_parents_one_agreement_two_answers(platform):
    parties = [Party(n, p.ref, assurance=AssuranceLevel.MEDIUM) for n, p in _parents(platform)]
    facts = [FactRequest(p.ref, "tax_rate", "at_least", 20, RATE) for _, p in _parents(platform)]
    both = [platform.mother, platform.father]
    agreement = platform.agreed(*facts, parties=parties, by=both)
    for name, who in _parents(platform):
        _ask(platform, agreement, who, Predicate(name, "tax_rate", "at_least", 20))
    with platform.world.serving("tax"):
        run_due()
    assert [a.value for a in queries.answers_for("C-1")] == [False, False]


def _parents(platform):
    return [("mother", platform.mother), ("father", platform.father)]


def test_only_an_officer_of_the_agency_with_a_reason_sees_values_and_it_is_on_the_trail(
    platform, agreement
):
    _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    officer = platform.actor(platform.stranger, Role.CASE_OFFICER, agency="child-welfare")
    elsewhere = platform.actor(platform.stranger, Role.CASE_OFFICER, agency="tax")
    citizen = platform.actor(platform.stranger)
    for wrong in (elsewhere, citizen):
        with pytest.raises(Refused, match="not_your_case"):
            actions.view_values(case_ref="C-1", by=wrong, reason="查核")
    with pytest.raises(Refused, match="reason_needed"):
        actions.view_values(case_ref="C-1", by=officer, reason=" ")
    assert len(actions.view_values(case_ref="C-1", by=officer, reason="查核")) == 1
    verbs = [entry.verb for entry in entries_of(platform.mother.uuid)]
    assert verbs.count("exchange.viewed") == 1


def test_the_number_is_nowhere_on_the_trail(platform, agreement):
    _ask(platform, agreement)
    with platform.world.serving("tax"):
        run_due()
    entries = [json.dumps(dict(e.details)) for e in entries_of(platform.mother.uuid)]
    assert not any(platform.mother.number in text for text in entries)
