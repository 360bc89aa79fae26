"""Reminders before the deadline, and what a new agreement changes of the old one."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from minben.base.assurance import AssuranceLevel
from minben.protocol.agreement import FactRequest, Party, Rule
from minben.protocol.difference import difference
from minben.protocol.reminding import next_look, reminders_due
from protocol.agreements import END, ROLES, START, agreement, event, later, sign


def test_the_silent_are_reminded_before_the_deadline_and_nobody_else():
    terms = agreement(Rule.all(*ROLES), sign_by=later(10), remind_days=(7, 2))
    signed = [sign(terms, role, "accept", 1) for role in "ab"]
    assert reminders_due(terms, signed, later(2)) == ()
    first = [(r.role, r.hand, r.due_at) for r in reminders_due(terms, signed, later(4))]
    assert first == [("c", "person:c", later(3)), ("d", "person:d", later(3))]
    both = reminders_due(terms, [*signed, sign(terms, "c", "accept", 5)], later(9))
    assert [(r.role, r.due_at) for r in both] == [("d", later(3)), ("d", later(8))]
    assert reminders_due(terms, signed, later(10)) == ()


def test_nobody_is_reminded_of_an_agreement_that_has_ended_or_before_their_turn():
    terms = agreement(Rule.in_order("a", "b", "c", "d"), sign_by=later(10), remind_days=(7,))
    assert [r.role for r in reminders_due(terms, [], later(4))] == ["a"]
    assert reminders_due(terms, [sign(terms, "d", "reject", 2)], later(4)) == ()
    assert reminders_due(terms, [], later(4), events=[event("died", "c", 1)]) == ()


def test_the_next_look_is_at_the_next_reminder_then_the_deadline_then_the_end():
    terms = agreement(Rule.all(*ROLES), sign_by=later(10), remind_days=(7, 2))
    looks, at = [], START
    while (following := next_look(terms, at)) is not None:
        looks.append(following)
        at = following
    assert looks == [later(3), later(8), later(10), END]


def test_a_new_agreement_shows_each_change_by_its_place():
    old = agreement(Rule.all("a", "b", "c"))
    asked = FactRequest("household:1", "income_class", "value", None, "x/y/z/v1")
    new = replace(
        old,
        parties=(*old.parties[:3], Party("e", "person:e", AssuranceLevel.MEDIUM)),
        facts=(asked,),
        rule=Rule.all("a", "b", "c", "e"),
        nonce="other",
    )
    changes = {(c.kind, c.place) for c in difference(old, new)}
    assert changes == {
        ("removed", "parties.d"),
        ("added", "parties.e"),
        ("removed", "facts.household:1.income_class.is.general.x/y/z/v1"),
        ("added", "facts.household:1.income_class.value.x/y/z/v1"),
        ("changed", "rule"),
    }


@given(st.permutations(ROLES), st.text(min_size=1))
def test_the_order_of_parties_and_the_nonce_are_no_change(order, nonce):
    old = agreement(Rule.all(*ROLES))
    parties = {party.role: party for party in old.parties}
    new = replace(old, parties=tuple(parties[role] for role in order), nonce=nonce)
    assert difference(old, new) == ()


def test_the_difference_back_is_the_difference_turned_round():
    old = agreement(Rule.all(*ROLES))
    new = replace(old, sign_by=later(10), retention_days=9, after_death="stands")
    there, back = difference(old, new), difference(new, old)
    assert {(c.place, c.before, c.after) for c in there} == {
        (c.place, c.after, c.before) for c in back
    }
    assert {c.kind for c in there} == {"added", "changed"}
