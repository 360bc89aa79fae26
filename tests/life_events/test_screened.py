"""A run passes over who already receives, and who said no; nobody of them is resolved again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
from django.utils import timezone

from life_events.town import ACCOUNT, SEPTEMBER, Town
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.consent import actions as consent
from minben.exchange import actions as exchange
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.jobs.models import Job
from minben.life_events import actions, queries, screened
from minben.screening import models, people
from minben.screening import queries as runs
from minben.screening.types import RunState

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow


@pytest.fixture
def resolved(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """A pseudonym authority of this town; whom it resolved."""
    found: list[UUID] = []

    def resolve(*, mandate: str, pseudonyms: Sequence[str], reason: str) -> tuple[UUID, ...]:
        named = tuple(map(UUID, pseudonyms))
        found.extend(named)
        return named

    def names(*, mandate: str, persons: Sequence[UUID]) -> dict[UUID, str]:
        assert mandate == town.mandate
        return {person: str(person) for person in persons}

    monkeypatch.setattr(exchange, "resolve_people", resolve)
    monkeypatch.setattr(exchange, "pseudonyms_of", names)
    monkeypatch.setattr(
        people,
        "rows",
        lambda folder, status: [
            (str(town.named[child]), "open", None, None, None, "")
            for child in ("child", "baby")
            if status == "open"
        ],
    )
    town.add("baby", serial=80)
    town.tell("baby", birth_date="2022-08-01", registered_on="2022-08-02")
    town.family(mother="mother", father="father", children=("child", "baby"))
    return found


def screen(town: Town, month: Month = SEPTEMBER) -> models.Run:
    """A run of a month has ended, and the worker takes its results."""
    run = actions.start_screening(actor=town.actor("officer"), pack="childcare", month=month)
    Job.objects.filter(kind="screening.run").delete()
    models.Run.objects.filter(uuid=run).update(state=RunState.DONE)
    screened.run_done(runs.view(run))
    town.work()
    return models.Run.objects.get(uuid=run)


def test_a_family_that_already_receives_is_not_resolved_again(
    town: Town, resolved: list[UUID]
) -> None:
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    assert queries.my_cases(town.actor("mother"))
    run = screen(town)
    assert resolved == [town.named["baby"]]
    assert [row.kind for row in run.left_out.all()] == ["receipt"]


@pytest.mark.parametrize("how", ["declined", "objected"])
def test_a_family_that_said_no_is_not_resolved_again(
    town: Town, resolved: list[UUID], how: str
) -> None:
    if how == "declined":
        town.found("child")
        actions.decline_offer(actor=town.actor("mother"), offer=town.offer().uuid)
    else:
        town.spell("child", "income_class", "low", "2022-01-01")
        town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
        town.found("child")
        reference = queries.my_cases(town.actor("mother"))[0].case.reference
        actions.withdraw(actor=town.actor("mother"), reference=reference)
    run = screen(town)
    assert resolved == [town.named["baby"]]
    assert [row.kind for row in run.left_out.all()] == ["objection"]


def test_results_wait_while_the_authority_is_away(
    town: Town, resolved: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> dict[UUID, str]:
        raise ConnectionError

    monkeypatch.setattr(exchange, "pseudonyms_of", away)
    screen(town)
    assert resolved == []
    taking = Job.objects.get(kind="life_events.take_screening")
    assert (taking.done_at, taking.dead_at) == (None, None)


def begun() -> list[tuple[str, str]]:
    return list(models.Run.objects.order_by("id").values_list("pack", "month"))


def begin_day(day: date) -> None:
    """A worker sees a new day; what it enqueues is done, except fetching the exports."""
    clock.advance_to(day)
    jobs.begin_day()
    jobs.begin_day()
    Job.objects.filter(kind="screening.run").delete()


def test_each_month_is_screened_once_without_anybody_pressing_a_button(town: Town) -> None:
    for day in (date(2022, 9, 15), date(2022, 9, 16), date(2022, 10, 1), date(2022, 12, 31)):
        begin_day(day)
        town.work()
        Job.objects.filter(kind="screening.run").delete()
    assert begun() == [
        ("childcare", "2022-09"),
        ("childcare", "2022-10"),
        ("childcare", "2022-12"),
    ]
    assert {run.actor for run in models.Run.objects.all()} == {"agency:child-welfare"}


def test_what_an_officer_began_by_hand_is_not_begun_again(town: Town) -> None:
    actions.start_screening(actor=town.actor("officer"), pack="childcare", month=SEPTEMBER)
    assert queries.to_screen(town.actor("officer")) == ()
    actions.screen_this_month()
    assert begun() == [("childcare", "2022-09")]


def test_without_a_mandate_in_force_nothing_is_screened(town: Town) -> None:
    assert [key for key, _ in queries.to_screen(town.actor("officer"))] == ["childcare"]
    assert queries.to_screen(town.actor("elsewhere")) == ()
    assert queries.to_screen(town.actor("dpo")) == ()
    consent.withdraw_mandate(mandate_id=town.mandate, by=town.actor("dpo"))
    assert actions.screen_this_month() == ()
    assert queries.to_screen(town.actor("officer")) == ()


def test_a_run_that_failed_begins_again(town: Town) -> None:
    (run,) = actions.screen_this_month()
    models.Run.objects.update(state=RunState.FAILED, explanation="unreadable")
    assert actions.screen_this_month() == (run,)
    assert models.Run.objects.get().state == RunState.FETCHING
    assert Job.objects.filter(kind="screening.run", done_at=None).count() == 2


def test_a_family_still_thinking_is_not_told_anew_each_month(
    town: Town, resolved: list[UUID]
) -> None:
    screen(town)
    before = queries.for_you(town.actor("mother"))
    told = [n.uuid for n in queries.home(town.actor("mother")).notices]
    clock.advance_to(date(2022, 10, 1))
    screen(town, SEPTEMBER + 1)
    after = queries.for_you(town.actor("mother"))
    assert [o.uuid for o in after] == [o.uuid for o in before]
    assert [n.uuid for n in queries.home(town.actor("mother")).notices] == told
    taken = actions.accept_offer(actor=town.actor("mother"), offer=after[0].uuid)
    assert taken.agreement


@pytest.mark.parametrize("question", ["resolve_people", "pseudonyms_of"])
def test_while_the_authority_cannot_answer_nobody_found_is_given_up(
    town: Town, resolved: list[UUID], monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    answering = getattr(exchange, question)

    def away(**asked: object) -> None:
        raise Refused("exchange.authority_down")

    monkeypatch.setattr(exchange, question, away)
    screen(town)
    waiting = Job.objects.get(reason="exchange.authority_down")
    assert (waiting.dead_at, waiting.done_at) == (None, None)
    assert resolved == []
    monkeypatch.setattr(exchange, question, answering)
    Job.objects.filter(id=waiting.id).update(not_before=timezone.now())
    town.work()
    assert set(resolved) == {town.named["child"], town.named["baby"]}
