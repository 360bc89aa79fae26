"""What an agreement of several people can say: order, deadlines, agents, guardians, evidence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minben.base.assurance import AssuranceLevel
from minben.protocol.agreement import (
    Agreement,
    FactRequest,
    Party,
    RegisterEvent,
    Rule,
    foresee,
    state,
)
from minben.protocol.canonical import digest
from minben.protocol.terms import PartySet
from protocol.agreements import END, ROLES, START, agreement, event, later, sign

EXTRACT = PartySet("sha-256:" + "a" * 64, "household-registration", START)


def test_an_agreement_that_uses_nothing_new_keeps_its_json_and_its_id():
    terms = agreement(Rule.all(*ROLES))
    assert sorted(terms.to_json()) == [
        "agent", "facts", "format", "frequency", "legal_basis", "nonce", "parties", "purpose",
        "recipient", "retention_days", "rule", "valid_from", "valid_until", "visibility",
    ]  # fmt: skip
    assert terms.id == digest(terms.to_json())
    known = "c10d2498ae02ebf343112feab1ed7444926426392507894eaa6dc2fdc286ba55"  # of before
    assert terms.id == f"sha-256:{known}"


@pytest.mark.parametrize(
    "change",
    [
        {"sign_by": later(10), "remind_days": (5, 2)},
        {"after_death": "stands"},
        {"party_set": EXTRACT},
        {"agent": "person:d"},
        {"rule": Rule.in_order("a", Rule.all("b", "c"), "d")},
    ],
)
def test_every_new_term_makes_another_agreement_and_survives_its_journey(change):
    terms = replace(agreement(Rule.all(*ROLES)), **change)
    assert terms.id != agreement(Rule.all(*ROLES)).id
    assert Agreement.from_json(terms.to_json()) == terms


def test_a_term_that_says_nothing_is_not_written():
    document = agreement(Rule.all(*ROLES)).to_json()
    with pytest.raises(ValueError, match="not as it is written"):
        Agreement.from_json({**document, "remind_days": []})


# order ------------------------------------------------------------------------------------------
def test_where_order_matters_a_word_before_ones_turn_does_not_count():
    terms = agreement(Rule.in_order(Rule.all("a", "b", "c"), "d"))
    early = sign(terms, "d", "accept", 1)
    heirs = [sign(terms, role, "accept", 2) for role in "abc"]
    assert state(terms, [early], later(1)).waiting_for == ("a", "b", "c")
    assert state(terms, [early, *heirs], later(3)).waiting_for == ("d",)
    again = sign(terms, "d", "accept", 4)
    assert state(terms, [early, *heirs, again], later(4)).is_active


def test_where_order_matters_a_refusal_counts_at_once():
    terms = agreement(Rule.in_order(*ROLES))
    assert state(terms, [sign(terms, "d", "reject", 1)], later(1)).status == "rejected"


@given(st.permutations(ROLES))
def test_one_after_the_other_is_met_by_exactly_one_order(order):
    terms = agreement(Rule.in_order(*ROLES))
    signed = [sign(terms, role, "accept", day) for day, role in enumerate(order)]
    assert state(terms, signed, later(5)).is_active is (tuple(order) == ROLES)


# deadlines --------------------------------------------------------------------------------------
def test_a_half_signed_agreement_expires_at_its_deadline_and_a_late_word_does_not_save_it():
    terms = agreement(Rule.all(*ROLES), sign_by=later(10))
    signed = [sign(terms, role, "accept", 2) for role in "abc"]
    assert state(terms, signed, later(9)).status == "pending"
    ended = state(terms, signed, later(10))
    assert (ended.status, ended.cause) == ("expired", "not_signed_in_time")
    late = [*signed, sign(terms, "d", "accept", 10)]
    assert state(terms, late, later(11)).status == "expired"


def test_a_fully_signed_agreement_outlives_its_deadline():
    terms = agreement(Rule.all(*ROLES), sign_by=later(10))
    signed = [sign(terms, role, "accept", 2) for role in ROLES]
    assert state(terms, signed, later(20)).is_active


@pytest.mark.parametrize(
    "change",
    [
        {"sign_by": END.replace(year=2027)},
        {"remind_days": (3,)},
        {"sign_by": later(10), "remind_days": (0,)},
        {"sign_by": later(10), "remind_days": (True,)},
        {"after_death": "perhaps"},
        {"agent": "person:stranger"},
    ],
)
def test_terms_that_cannot_be_meant_are_refused(change):
    with pytest.raises(ValueError, match=r"\w"):
        agreement(Rule.all(*ROLES), **change)


# those who die or lose capacity -----------------------------------------------------------------
def test_who_dies_before_signing_ends_an_agreement_of_all_but_not_one_of_some():
    died = [event("died", "d", 3)]
    for rule, status in ((Rule.all(*ROLES), "void"), (Rule.at_least(3, *ROLES), "active")):
        terms = agreement(rule)
        signed = [sign(terms, role, "accept", 2) for role in "abc"]
        found = state(terms, signed, later(4), events=died)
        assert found.status == status
        assert state(terms, signed, later(2), events=died).status in ("pending", "active")
    assert state(agreement(Rule.all(*ROLES)), [], later(4), events=died).cause == "party_died"


def test_a_consent_dies_with_its_party_and_a_partition_that_all_signed_does_not():
    for after_death, status in (("ends", "void"), ("stands", "active")):
        terms = agreement(Rule.all(*ROLES), after_death=after_death)
        signed = [sign(terms, role, "accept", 2) for role in ROLES]
        found = state(terms, signed, later(6), events=[event("died", "a", 5)])
        assert found.status == status


def test_an_acceptance_outlives_a_later_loss_of_capacity_and_nothing_is_accepted_after_it():
    terms = agreement(Rule.all(*ROLES))
    lost = [event("lost_capacity", "d", 3)]
    others = [sign(terms, role, "accept", 2) for role in "abc"]
    before = [*others, sign(terms, "d", "accept", 2)]
    after = [*others, sign(terms, "d", "accept", 3)]
    assert state(terms, before, later(6), events=lost).is_active
    found = state(terms, after, later(6), events=lost)
    assert (found.status, found.cause) == ("void", "party_lost_capacity")


def test_nobody_signs_with_a_dead_hand_but_a_revocation_always_ends():
    terms = agreement(Rule.any(*ROLES))
    died = [event("died", "a", 3)]
    assert state(terms, [sign(terms, "a", "accept", 4)], later(5), events=died).status == "pending"
    signed = [sign(terms, "b", "accept", 1), sign(terms, "b", "revoke", 4)]
    assert not state(terms, signed, later(5), events=[event("died", "b", 3)]).is_active


def test_a_register_event_of_a_stranger_changes_nothing():
    terms = agreement(Rule.all(*ROLES))
    stranger = RegisterEvent(
        kind="died", subject="person:x", at=later(1), source="register", evidence="sha-256:1"
    )
    assert state(terms, [], later(2), events=[stranger]) == state(terms, [], later(2))
    assert RegisterEvent.from_json(stranger.to_json()) == stranger


# minors, guardians, agents ----------------------------------------------------------------------
def guardians(rule: Rule) -> Agreement:
    """A minor (person:child) for whom father or mother signs, and a brother of age."""
    parties = (
        Party("brother", "person:brother"),
        Party("by father", "person:child", AssuranceLevel.LOW, "person:f", "guardian"),
        Party("by mother", "person:child", AssuranceLevel.LOW, "person:m", "guardian"),
    )
    asked = FactRequest("person:child", "birth_date", "value", None, "x/y/z/v1")
    return agreement(rule, parties=parties, facts=(asked,))


def test_any_guardian_may_accept_for_a_minor_and_the_minor_counts_as_asked():
    terms = guardians(Rule.all("brother", Rule.any("by father", "by mother")))
    signed = [sign(terms, "brother", "accept", 1), sign(terms, "m", "accept", 2)]
    assert state(terms, signed, later(3)).is_active
    assert not state(terms, [*signed[:1], sign(terms, "child", "accept", 2)], later(3)).is_active
    assert state(terms, [*signed, sign(terms, "child", "revoke", 3)], later(3)).status == "revoked"


def test_facts_of_a_minor_are_not_asked_where_no_guardian_is_required():
    with pytest.raises(ValueError, match="not required to sign"):
        guardians(Rule.any("brother", Rule.any("by father", "by mother")))


def test_a_guardian_who_dies_before_signing_leaves_it_to_the_other():
    terms = guardians(Rule.all("brother", Rule.any("by father", "by mother")))
    died = [event("died", "f", 1)]
    assert state(terms, [], later(2), events=died).waiting_for == ("brother", "by mother")


def test_an_agent_must_accept_and_resigns_by_revoking():
    terms = agreement(Rule.in_order(Rule.all("a", "b", "c"), "d"), agent="person:d")
    heirs = [sign(terms, role, "accept", 1) for role in "abc"]
    assert state(terms, heirs, later(2)).waiting_for == ("d",)
    mandated = [*heirs, sign(terms, "d", "accept", 2)]
    assert state(terms, mandated, later(3)).is_active
    resigned = state(terms, [*mandated, sign(terms, "d", "revoke", 4)], later(5))
    assert (resigned.status, resigned.cause) == ("revoked", "agent_resigned")
    with pytest.raises(ValueError, match="agent"):
        agreement(Rule.any(*ROLES), agent="person:d")


# before one speaks ------------------------------------------------------------------------------
def test_everyone_sees_what_a_word_does_before_saying_it():
    terms = agreement(Rule.all(*ROLES))
    signed = [sign(terms, role, "accept", 1) for role in "abc"]
    kw = {"by": "person:d", "at": later(2)}
    assert foresee(terms, signed, verb="accept", **kw).is_active
    assert foresee(terms, signed, verb="reject", **kw).status == "rejected"
    assert foresee(terms, signed, verb="revoke", by="person:a", at=later(2)).status == "revoked"
    assert state(terms, signed, later(2)).status == "pending"
