"""A run passes over who already receives, and who said no; nobody of them is resolved again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from life_events.town import ACCOUNT, SEPTEMBER, Town
from minben.exchange import actions as exchange
from minben.jobs.models import Job
from minben.life_events import actions, queries, screened
from minben.screening import models, people
from minben.screening import queries as runs
from minben.screening.types import RunState


@pytest.fixture
def resolved(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """A pseudonym authority of this town; whom it resolved."""
    found: list[UUID] = []

    def resolve(*, mandate: str, pseudonym: str, reason: str) -> UUID:
        found.append(UUID(pseudonym))
        return found[-1]

    def names(*, mandate: str, persons: Sequence[UUID]) -> dict[UUID, str]:
        assert mandate == town.mandate
        return {person: str(person) for person in persons}

    monkeypatch.setattr(exchange, "resolve_person", resolve)
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


def screen(town: Town) -> models.Run:
    """A run of September has ended, and the worker takes its results."""
    run = actions.start_screening(actor=town.actor("officer"), pack="childcare", month=SEPTEMBER)
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
