"""Cases: numbered, decided once for each cause, corrected only by a new decision."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from cases.people import (
    CHILD,
    CLERK,
    DISPUTED,
    ELSEWHERE,
    FATHER,
    MOTHER,
    STRANGER,
    actor,
    decided,
    officer,
    opened,
    second,
)
from minben.base.money import NTD
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases import actions, queries, reference, retention
from minben.cases.models import Appeal, Case, CaseDecision, Objection
from minben.identity.types import Role
from minben.jobs import clock
from minben.jobs.models import Job
from minben.trail import queries as trail

pytestmark = pytest.mark.django_db
OFFICE = Text("社會局", "the office")


def appeal(number: str, by: str = "mother", fact: str | None = None) -> object:
    latest = queries.decisions_of(number)[0]
    return actions.file_appeal(
        actor=actor({"mother": MOTHER, "stranger": STRANGER}[by]),
        reference=number,
        decision=latest.uuid,
        grounds="不對",
        goes_to=OFFICE,
        fact=fact,
    )


def test_a_reference_survives_being_read_out() -> None:
    written = reference.written(2022, 123)
    assert written.startswith("MB-2022-000123-")
    assert reference.is_reference(written)
    assert not reference.is_reference(written.replace("000123", "000132"))
    assert not reference.is_reference("MB-2022-000123")


def test_one_service_has_one_living_case_of_a_child() -> None:
    opened()
    with pytest.raises(Refused, match=r"cases\.already_open"):
        opened()


def test_the_same_cause_decides_once_and_a_correction_is_a_new_decision() -> None:
    number = opened()
    assert decided(number) == decided(number)
    decided(number, cause="appeal")
    newest, oldest = queries.decisions_of(number)
    assert (newest.is_current, oldest.is_current) == (True, False)


def test_a_decision_is_never_changed_even_around_the_model() -> None:
    decided(opened())
    with pytest.raises(TypeError):
        CaseDecision.objects.get().save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CaseDecision.objects.update(amount=1)


def test_an_officers_look_is_an_entry_of_everybody_concerned() -> None:
    number = opened()
    actions.view_case(actor=officer(), reference=number, reason="電話詢問")
    for person in (MOTHER, FATHER, CHILD):
        assert trail.entries_of(person)[-1].verb == "office.viewed_case"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (actor(STRANGER), "only_the_office"),
        (actor(MOTHER, Role.CASE_OFFICER), "own_affair"),
        (actor(ELSEWHERE, Role.CASE_OFFICER, agency="tax"), "not_your_agency"),
        (actor(STRANGER, Role.ANALYST), "only_the_office"),
        (actor(MOTHER, Role.CLERK), "own_affair"),
    ],
)
def test_the_wrong_person_sees_no_case_and_leaves_no_entry(who: object, refusal: str) -> None:
    number = opened()
    before = len(trail.entries_of(CHILD))
    with pytest.raises(Refused, match=refusal):
        actions.view_case(actor=who, reference=number, reason="好奇")  # type: ignore[arg-type]
    assert len(trail.entries_of(CHILD)) == before


def test_a_look_without_a_reason_is_refused() -> None:
    with pytest.raises(Refused, match="reason_needed"):
        actions.view_case(actor=officer(), reference=opened(), reason=" ")


def test_a_disputed_figure_waits_for_an_officer() -> None:
    number = opened()
    uuid = decided(number, DISPUTED)
    assert queries.overview(number).state == "to_confirm"
    for wrong in (actor(MOTHER), actor(MOTHER, Role.CASE_OFFICER), actor(CLERK, Role.CLERK)):
        with pytest.raises(Refused):
            actions.confirm_decision(actor=wrong, decision=uuid)
    actions.confirm_decision(actor=officer(), decision=uuid)
    assert queries.overview(number).state == "paying"
    assert queries.queue(officer()) == ()
    assert Job.objects.filter(kind="cases.decided").count() == 1
    with pytest.raises(Refused, match="nothing_to_confirm"):
        actions.confirm_decision(actor=second(), decision=uuid)


def propose(number: str, who: object = None) -> object:
    return actions.propose_override(
        actor=who or officer(),  # type: ignore[arg-type]
        reference=number,
        status="due",
        amount=NTD(7000),
        since=Month(2022, 9),
        reason="個案情形",
    )


def test_nobody_approves_their_own_override() -> None:
    number = opened()
    decided(number)
    uuid = propose(number)
    with pytest.raises(Refused, match="second_eyes_needed"):
        actions.approve_override(actor=officer(), override=uuid)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="second_eyes_needed"):
        actions.refuse_override(actor=officer(), override=uuid, reason="x")  # type: ignore[arg-type]
    assert len(queries.decisions_of(number)) == 1
    actions.approve_override(actor=second(), override=uuid)  # type: ignore[arg-type]
    newest = queries.decisions_of(number)[0]
    assert (newest.amount, newest.overridden) == (7000, True)
    with pytest.raises(Refused, match="override_settled"):
        actions.approve_override(actor=second(), override=uuid)  # type: ignore[arg-type]


def test_a_refused_override_changes_nothing() -> None:
    number = opened()
    decided(number)
    uuid = propose(number)
    actions.refuse_override(actor=second(), override=uuid, reason="理由不足")  # type: ignore[arg-type]
    assert len(queries.decisions_of(number)) == 1
    assert propose(number)


@pytest.mark.parametrize("roles", [(), (Role.CLERK,), (Role.DATA_PROTECTION_OFFICER,)])
def test_only_officers_override(roles: tuple[Role, ...]) -> None:
    number = opened()
    decided(number)
    with pytest.raises(Refused):
        propose(number, actor(STRANGER, *roles))
    with pytest.raises(Refused):
        propose(number, actor(MOTHER, Role.CASE_OFFICER))


def test_an_appeal_has_a_last_day_but_a_fact_can_always_be_corrected() -> None:
    number = opened()
    decided(number)
    clock.advance_to(date(2022, 10, 16))
    with pytest.raises(Refused, match="too_late"):
        appeal(number)
    assert appeal(number, fact="mother.tax_rate>=20")


def test_an_appeal_is_answered_by_an_officer_and_told_upward() -> None:
    number = opened()
    decided(number)
    uuid = appeal(number)
    with pytest.raises(Refused, match="already_appealed"):
        appeal(number)
    with pytest.raises(Refused, match="only_the_office"):
        actions.answer_appeal(actor=actor(MOTHER), appeal=uuid, outcome="upheld", answer="是")  # type: ignore[arg-type]
    actions.answer_appeal(actor=officer(), appeal=uuid, outcome="upheld", answer="有理由")  # type: ignore[arg-type]
    assert queries.counts()["appeals_upheld"] == 1
    assert Job.objects.filter(kind="cases.appeal_answered").count() == 1


def test_strangers_neither_appeal_nor_object() -> None:
    number = opened()
    decided(number)
    with pytest.raises(Refused, match="not_yours"):
        appeal(number, by="stranger")
    with pytest.raises(Refused, match="not_yours"):
        actions.file_objection(actor=actor(STRANGER), reference=number, words="")


def test_an_objection_holds_the_case_until_an_officer_settles_it() -> None:
    number = opened()
    decided(number)
    actions.file_objection(actor=actor(FATHER), reference=number, words="不需要")
    assert queries.overview(number).state == "objected"
    with pytest.raises(Refused, match="only_the_office"):
        actions.settle_objection(actor=actor(FATHER), reference=number, stop=True)
    actions.settle_objection(actor=officer(), reference=number, stop=True)
    assert Job.objects.get(kind="cases.objection_settled").payload["stop"] is True


def test_a_task_ends_by_its_deed_not_by_a_tick() -> None:
    number = opened()
    decided(number, DISPUTED)
    (row,) = queries.queue(officer())
    with pytest.raises(Refused, match="do_the_deed"):
        actions.complete_task(actor=officer(), task=row.task)
    with pytest.raises(Refused, match="only_the_office"):
        actions.complete_task(actor=actor(MOTHER), task=row.task)
    with pytest.raises(Refused, match="only_the_office"):
        queries.queue(actor(MOTHER))
    assert queries.queue(actor(CLERK, Role.CLERK)) == ()


def test_a_case_is_kept_while_an_appeal_waits_and_ten_years_after_its_answer() -> None:
    number = opened()
    decided(number)
    appeal(number)
    Case.objects.update(stopped_on=date(2012, 2, 28))
    assert retention.cases(date(2022, 3, 1)) == 0
    Appeal.objects.update(answered_on=date(2013, 5, 1))
    assert retention.cases(date(2023, 5, 1)) == 0
    assert retention.cases(date(2023, 5, 2)) == 1


def test_ten_years_are_ten_whole_years() -> None:
    opened()
    Case.objects.update(stopped_on=date(2012, 2, 29))
    assert retention.cases(date(2022, 2, 28)) == 0
    assert retention.cases(date(2022, 3, 1)) == 1


def test_a_case_is_kept_while_an_objection_waits_for_an_officer() -> None:
    opened()
    Case.objects.update(stopped_on=date(2012, 2, 29))
    heard = Objection.objects.create(case=Case.objects.get(), person=MOTHER, on=date(2012, 2, 1))
    assert retention.cases(date(2022, 3, 1)) == 0
    Objection.objects.filter(pk=heard.pk).update(settled_on=date(2022, 3, 1))
    assert retention.cases(date(2022, 3, 1)) == 1
