"""Agreements of several people on the platform: deaths, deadlines, reminders, one's turn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.consent import actions, deadlines, models, queries, retention
from minben.consent.rule_text import in_words
from minben.jobs.models import Job
from minben.protocol.agreement import Party, Rule
from minben.protocol.terms import PartySet
from minben.trail.models import Disclosure
from minben.ui.agreements import standing_of

REGISTER = "household-registration"


def died(actor, *, source=REGISTER, at=None):
    return actions.record_register_event(
        kind="died",
        person=actor.person,
        at=at or timezone.now() - timedelta(seconds=1),
        source=source,
        evidence="push:1",
    )


def proposed(family, **changes):
    terms = replace(family.terms(), **changes)
    return actions.propose(agreement=terms, by=family.mother.ref)


def jobs(kind):
    return [job.payload for job in Job.objects.filter(kind=kind).order_by("id")]


def test_the_death_of_a_party_ends_what_both_had_signed_and_the_other_learns_of_it(
    family, settings
):
    view = family.proposed()
    for parent in (family.mother, family.father):
        family.says(view, parent)
    before = len(jobs("consent.changed"))
    assert died(family.father) == [view.id]
    told_to_gateways = (settings.VAR / "revocations").read_text("utf-8")
    assert view.id in told_to_gateways
    assert queries.status_for_provider(view.id)["state"] == "void"
    assert len(jobs("consent.changed")) == before + 1
    told = Disclosure.objects.filter(subject=family.mother.person).values_list("verb", flat=True)
    assert "consent.ended_by_register" in told
    assert died(family.father, at=models.RegisterNotice.objects.get().at) == []


def test_an_agreement_that_stands_after_death_goes_on(family):
    view = proposed(family, after_death="stands")
    for parent in (family.mother, family.father):
        family.says(view, parent)
    assert died(family.father, at=timezone.now() + timedelta(seconds=1)) == []
    later = timezone.now() + timedelta(seconds=5)
    assert queries.state(view.id, later).status == "active"


def test_only_the_household_register_tells_of_a_death(family):
    view = family.proposed()
    with pytest.raises(Refused, match=r"consent\.not_the_register"):
        died(family.father, source="tax")
    assert queries.state(view.id).status == "pending"
    assert not models.RegisterNotice.objects.exists()


def test_a_death_says_nothing_to_those_who_agreed_nothing_with_the_dead(family):
    died(family.father)
    told = Disclosure.objects.filter(verb__startswith="consent.")
    assert {entry.subject for entry in told} == {family.father.person}


def test_the_silent_are_reminded_once_for_each_day_named_and_nobody_else(family):
    view = proposed(
        family, sign_by=timezone.now() + timedelta(days=2), remind_days=(3,),
        valid_until=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    family.says(view, family.mother)
    for _ in range(2):
        deadlines.look({"day": "2022-09-15"})
    assert [(job["agreement"], job["hand"]) for job in jobs("consent.reminder")] == [
        (view.id, family.father.ref)
    ]


def test_what_was_not_signed_in_time_is_told_once(family):
    now = timezone.now()
    view = proposed(family, valid_from=now - timedelta(days=2), sign_by=now - timedelta(days=1))
    for _ in range(2):
        deadlines.look({"day": "2022-09-15"})
    assert queries.state(view.id).cause == "not_signed_in_time"
    assert jobs("consent.changed") == [{"agreement": view.id}]
    with pytest.raises(Refused, match=r"consent\.too_late"):
        family.statement(view, family.mother)


def test_nobody_signs_before_their_turn_but_everybody_may_decline(family):
    view = proposed(family, rule=Rule.in_order("mother", "father"))
    with pytest.raises(Refused, match=r"consent\.not_your_turn"):
        family.statement(view, family.father)
    family.says(view, family.mother)
    assert family.says(view, family.father).state.status == "active"
    other = proposed(family, rule=Rule.in_order("mother", "father"), nonce="another")
    assert family.says(other, family.father, "reject").state.status == "rejected"


def test_register_notices_go_when_no_agreement_rests_on_them(family):
    family.proposed()
    died(family.father)
    retention.register_notices(timezone.localdate())
    assert models.RegisterNotice.objects.count() == 1
    models.Agreement.objects.all().delete()
    models.RegisterNotice.objects.update(recorded_at=timezone.now() - timedelta(days=5 * 365 + 2))
    retention.register_notices(timezone.localdate())
    assert not models.RegisterNotice.objects.exists()


def test_a_death_told_before_there_is_an_agreement_still_ends_it_days_later(family):
    died(family.father)
    retention.register_notices(timezone.localdate())
    assert family.proposed().state.status == "void"


def test_the_text_says_in_which_order_by_when_and_on_what_evidence_it_comes_about(family):
    at = timezone.now() + timedelta(days=2)
    view = proposed(
        family,
        rule=Rule.in_order("mother", "father"),
        sign_by=at,
        remind_days=(1,),
        after_death="stands",
        party_set=PartySet("sha-256:" + "a" * 64, REGISTER, timezone.now()),
        agent=family.father.ref,
    )
    for part in ("依序：示例母 → 示例父", "簽署期限", "提醒", "死亡不影響", "sha-256:aaa", "辭任"):
        assert part in view.text.zh
    for part in ("示例母, then 示例父", "lapses", "reminded 1 day", "outlives", "may resign"):
        assert part in view.text.en


def test_what_all_parties_simply_sign_says_no_more_than_before(family):
    text = family.proposed().text
    assert "成立條件" not in text.zh
    assert "Comes about" not in text.en


def test_a_rule_is_said_with_the_names_of_those_who_hold_its_roles():
    names = {"a": "甲", "b": "乙", "c": "丙"}
    rule = Rule.all("a", Rule.any("b", "c"), Rule.at_least(2, "a", "b", "c"))
    assert in_words(rule, names).zh == (
        "（甲、（乙、丙）任一人簽署、（甲、乙、丙）至少2人簽署）全部簽署"
    )
    assert in_words(rule, names).en == (
        "all of (甲, any one of (乙, 丙) has signed, at least 2 of (甲, 乙, 丙) have signed) "
        "have signed"
    )


def test_a_change_is_a_new_agreement_whose_text_shows_the_difference(family):
    first = family.proposed()
    changed = family.terms(family.tax(family.mother), family.tax(family.father, value=12))
    until = changed.valid_until + timedelta(days=1)
    view = actions.propose(
        agreement=replace(changed, replaces=first.id, valid_until=until), by=family.mother.ref
    )
    for part in (first.id, "・新增 資料：示例父", "・刪除 資料：示例父", "・期滿：", "重新簽署"):
        assert part in view.text.zh
    for part in (
        "• new: facts: 示例父",
        "• gone: facts: 示例父",
        "• valid until:",
        "all sign again",
    ):
        assert part in view.text.en
    assert view.state.waiting_for == ("mother", "father")
    assert queries.state(first.id).status == "pending"


def test_nobody_changes_the_agreement_of_other_people(family):
    first = family.proposed()
    officer = Party("officer", family.officer.ref, AssuranceLevel.MEDIUM)
    other = replace(
        family.terms(family.tax(family.mother)),
        parties=(officer,),
        facts=(family.tax(family.officer),),
        rule=Rule.role("officer"),
    )
    with pytest.raises(Refused, match=r"consent\.replaces_another"):
        actions.propose(agreement=replace(other, replaces=first.id), by=family.officer.ref)
    with pytest.raises(Refused, match=r"consent\.no_such_agreement"):
        actions.propose(agreement=replace(other, replaces="sha-256:x"), by=family.officer.ref)


def test_one_sees_what_a_word_does_to_everybody_before_saying_it(family):
    view = family.proposed()
    assert queries.foreseen(view, verb="reject", by=family.mother).status == "rejected"
    assert queries.foreseen(view, verb="accept", by=family.mother).status == "pending"
    family.says(view, family.mother)
    assert queries.foreseen(view, verb="accept", by=family.father).status == "active"
    assert standing_of(queries.agreement(view.id), family.mother).refusal_ends
    assert standing_of(queries.agreement(view.id), family.mother).others == ("示例父",)
    assert queries.state(view.id).status == "pending"
