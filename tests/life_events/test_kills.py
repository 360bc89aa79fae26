"""A family's way from the search to the money, killed everywhere: as if nothing had happened.

The story is lived once undisturbed and once with a worker that dies at every stage of every job:
claimed, called out, handled but not committed, committed but not acknowledged. Both leave the
same rows, and whoever was called twice was called under the same name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db.models import Model

from life_events.town import ACCOUNT, Town
from minben.cases.models import Applicant, Case, CaseDecision, CaseEvent, Task
from minben.consent.models import Agreement, AgreementSignature, AgreementUse
from minben.exchange import actions as exchange
from minben.exchange import asking
from minben.exchange.models import Answer, Transfer
from minben.jobs import clock, worker
from minben.jobs.models import Job
from minben.ledger import clients
from minben.ledger.models import Payment, PaymentRun, Posting
from minben.ledger.types import BankAccount
from minben.life_events import actions
from minben.life_events.models import AccountClaim, Dossier, Offer
from minben.notices.models import Delivery, Notice
from minben.screening import people, queries, running
from minben.screening.models import Run
from minben.trail.models import Disclosure
from trail.killing import STAGES, dies

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MONTH_END = date(2022, 9, 30)
# What is counted of each table: a row more or less, or another word, is a difference.
COUNTED: dict[type[Model], tuple[str, ...]] = {
    Run: ("month", "state"),
    Dossier: ("pack", "month"),
    Offer: ("amount", "closed_as"),
    AccountClaim: ("bank_code", "confirmed_on"),
    Case: ("channel", "since", "stopped_on"),
    Applicant: ("role",),
    CaseDecision: ("status", "scheme", "amount", "since"),
    CaseEvent: ("what",),
    Task: ("kind", "done_on"),
    Agreement: ("signatures__verb",),
    AgreementSignature: ("verb",),
    AgreementUse: ("data_set",),
    Transfer: ("data_set", "state", "basis_kind"),
    Answer: ("known",),
    Notice: ("key",),
    Delivery: ("channel",),
    Payment: ("month", "paid_on"),
    Posting: ("kind", "amount"),
    PaymentRun: ("month", "message_id"),
    Disclosure: ("verb",),
    Job: ("kind", "due_on"),
}


class Neighbours:
    """Agencies, authority and bank: they write down every call, across the deaths of callers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def called(self, whom: str, name: str, content: str) -> None:
        """One call: under which name, with what."""
        with (self.folder / f"{whom}.calls").open("a") as out:
            out.write(f"{name} {content}\n")

    def calls(self) -> Iterator[tuple[str, str, str]]:
        """Whom, under which name, with what."""
        for file in sorted(self.folder.glob("*.calls")):
            for line in file.read_text().splitlines():
                name, _, content = line.partition(" ")
                yield file.stem, name, content


@pytest.fixture
def live(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[], object]], Neighbours]:
    """Live the whole story in a town of its own, with one way of working."""

    def story(name: str, work: Callable[[], object]) -> Neighbours:
        folder = tmp_path / name
        folder.mkdir()
        settings.VAR, settings.AGENCIES = folder, folder / "agencies"
        town, told = Town(folder), Neighbours(folder)
        _neighbours(town, told, monkeypatch)
        town.tell("mother", owns_account=[ACCOUNT])
        actions.screen_this_month()
        work()
        mother = town.actor("mother")
        offer = Offer.objects.get(closed_on=None)
        taken = actions.accept_offer(
            actor=mother, offer=offer.uuid, account=BankAccount(*ACCOUNT.split("-"))
        )
        work()
        for who in ("mother", "father"):
            town.sign(str(taken.agreement), who)
        work()
        clock.advance_to(MONTH_END)
        work()
        return told

    return story


def _neighbours(town: Town, told: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(view: Any, client: object) -> dict[str, Any]:
        told.called(view.provider, str(view.uuid), str([p.key for p in view.predicates]))
        return town.answer(view, client)

    def resolve(*, mandate: str, pseudonyms: Sequence[str], reason: str) -> tuple[UUID, ...]:
        told.called("pseudonyms", " ".join(pseudonyms), f"{mandate} {reason}")
        return tuple(map(UUID, pseudonyms))

    def names(*, mandate: str, persons: Sequence[UUID]) -> dict[UUID, str]:
        return {person: str(person) for person in persons}

    class Bank(clients.FakeBank):
        def send(self, document: bytes) -> bytes:
            told.called("bank", str(PaymentRun.objects.get().message_id), document.hex())
            return super().send(document)

    class Tree:
        root = bytes(32)

    found = people.Found(persons=1, counts={"open": 1}, outcomes=[], results_digest="0" * 64)
    child = (str(town.named["child"]), "open", None, None, None, "")
    monkeypatch.setattr(asking, "call", answer)
    monkeypatch.setattr(exchange, "resolve_people", resolve)
    monkeypatch.setattr(exchange, "pseudonyms_of", names)
    monkeypatch.setattr(clients, "bank", Bank)
    register = running._base_name("household-registration/register/person/v1")
    monkeypatch.setattr(running, "_exports", lambda *_: {register: ("birth_date",)})
    monkeypatch.setattr(people, "screen", lambda *_: found)
    monkeypatch.setattr(people, "rows", lambda _, status: [child] if status == "open" else [])
    monkeypatch.setattr(queries, "commitment_of", lambda row: Tree)


def dying() -> None:
    """Work by workers that each die at the first job, at one stage after another."""
    stages = [*STAGES]
    while dies(worker.run_due, stage=stages[0]):
        stages.append(stages.pop(0))
        Job.objects.filter(done_at=None).update(leased_until=None)  # time passes


def rows() -> dict[str, Counter[tuple[Any, ...]]]:
    return {
        table.__name__: Counter(table._default_manager.values_list(*fields))
        for table, fields in COUNTED.items()
    }


def test_killed_at_every_stage_of_every_job_a_family_is_paid_exactly_once(
    live: Callable[[str, Callable[[], object]], Neighbours],
) -> None:
    live("undisturbed", worker.run_due)
    expected = rows()
    assert expected["Payment"] == {("2022-09", MONTH_END): 1}
    call_command("flush", verbosity=0, interactive=False)
    told = live("killed", dying)
    assert rows() == expected
    assert not Job.objects.exclude(dead_at=None).exists()
    assert not Job.objects.filter(done_at=None, due_on=None).exists()
    said: dict[tuple[str, str], list[str]] = {}
    for whom, name, content in told.calls():
        said.setdefault((whom, name), []).append(content)
    assert all(len(set(contents)) == 1 for contents in said.values()), "the same name, other words"
    assert all(len(contents) > 1 for contents in said.values()), (
        "killed before it was acknowledged"
    )
    assert {whom for whom, _ in said} >= {"household-registration", "tax", "bank", "pseudonyms"}
