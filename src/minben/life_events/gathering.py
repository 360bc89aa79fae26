"""Asking by statute, step by step: the child, its parents, their other children, the account.

Each call looks at what was answered and asks for the next; it can be called any number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from minben.base.month import Month
from minben.consent import queries as consent
from minben.exchange import actions as ask
from minben.exchange import queries as exchange
from minben.exchange.answers import data_set_of
from minben.exchange.types import TransferState
from minben.facts.catalogue import BANK
from minben.facts.predicate import Predicate
from minben.identity import actions as identity
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.life_events.family import (
    answers,
    case_ref,
    latest,
    parents_of,
    person_uuid,
)
from minben.life_events.law import SUBJECT
from minben.life_events.models import AccountClaim, Dossier
from minben.packs.load import pack

LISTS = ("care", "weekly_care_hours", "kindergarten", "kindergarten_fee")  # pushed by statute
OF_PARENTS = ("name", "children", "benefit_account")
OF_PARENTS_ONLY = ("children", "benefit_account", "owns_account")
OF_SIBLINGS = ("birth_date", "birth_sequence", "mother", "father")


class Mandates:
    """What the statute lets this office ask: (data set, fact) → mandate."""

    def __init__(self, recipient: str) -> None:
        self._by_fact = {
            (one["data_set"], one["fact"]): view.id
            for view in consent.active_mandates()
            if view.document["recipient"] == recipient
            for one in view.document["facts"]
        }

    def of(self, predicate: Predicate) -> str | None:
        """The mandate that covers a question, if any."""
        return self._by_fact.get((data_set_of(predicate), predicate.fact))


def ask_next(dossier: Dossier) -> bool:
    """Ask for what the statute lets us know and is not yet answered for the dossier's month.

    True when nothing more is to be asked and nothing is on its way.
    """
    mandates = Mandates(pack(dossier.pack).owner_agency)
    asked = Asked(dossier)
    listed = (*pack(dossier.pack).mandate_facts, "name", *LISTS)
    facts = [fact for fact in dict.fromkeys(listed) if fact not in OF_PARENTS_ONLY]
    if not asked.all_of(mandates, SUBJECT, dossier.subject, values(SUBJECT, facts)):
        return False
    _learn_parents(dossier)
    waiting = [
        asked.all_of(mandates, role, parent, values(role, OF_PARENTS))
        for role, parent in parents_of(dossier).items()
    ]
    if not all(waiting):
        return False
    _learn_siblings(dossier)
    waiting = [
        asked.all_of(mandates, key, UUID(uuid), values(key, OF_SIBLINGS))
        for key, uuid in dossier.persons.items()
        if key.startswith("sibling")
    ]
    waiting += [
        asked.all_of(mandates, role, parent, [predicate])
        for role, parent, predicate in _accounts(dossier, mandates)
    ]
    return all(waiting)


def values(person: str, facts: Iterable[str]) -> list[Predicate]:
    """The facts themselves, not comparisons: what a mandate covers."""
    return [Predicate(person, fact, "value") for fact in facts]


class Asked:
    """What was asked for the dossier's present cause, and where each question stands."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self._sent = exchange.states_of(case_ref(dossier))

    def waits(self) -> bool:
        """Whether an answer on which the law waits is still on its way; the bank's is none."""
        return any(
            state is TransferState.WAITING and data_set != BANK
            for state, data_set in self._sent.values()
        )

    def state(self, subject: UUID, predicate: Predicate) -> TransferState | None:
        """Where one question stands; None when it was not asked for this cause."""
        transfer = self.dossier.asked.get(f"{subject}|{predicate.key}")
        sent = self._sent.get(UUID(transfer)) if transfer else None
        return sent[0] if sent else None

    def all_of(
        self, mandates: Mandates, person: str, subject: UUID, predicates: Iterable[Predicate]
    ) -> bool:
        """Ask what a mandate covers and was not asked; True when none of it is on its way."""
        open_ones: dict[str, list[Predicate]] = {}
        waiting = False
        for predicate in predicates:
            mandate = mandates.of(predicate)
            if mandate is None:
                continue
            state = self.state(subject, predicate)
            if state is None:
                open_ones.setdefault(mandate, []).append(predicate)
            waiting = waiting or state is TransferState.WAITING
        for mandate, questions in open_ones.items():
            self.ask(subject, questions, mandate=mandate)
        return not open_ones and not waiting

    def ask(
        self,
        subject: UUID,
        questions: list[Predicate],
        *,
        mandate: str | None = None,
        agreement_id: str | None = None,
    ) -> None:
        """Send questions about one person, and remember which transfer carries which."""
        transfers = ask.request_facts(
            subject=subject,
            predicates=questions,
            month=Month.parse(self.dossier.month),
            case_ref=case_ref(self.dossier),
            mandate=mandate,
            agreement_id=agreement_id,
            occasion=self.dossier.cause,
        )
        for uuid in transfers:
            for predicate in exchange.transfer(uuid).predicates:
                self.dossier.asked[f"{subject}|{predicate.key}"] = str(uuid)
        self.dossier.save(update_fields=["asked"])


def _learn_parents(dossier: Dossier) -> None:
    """Write mother and father into the dossier; the exchange told `identity` of them already."""
    found = answers(dossier)
    named: dict[str, UUID | None] = {}
    for role in ("mother", "father"):
        answer = latest(found, dossier.subject, role)
        named[role] = person_uuid(answer.value) if answer else None
    identity.record_guardians(child=dossier.subject, on=clock.today())
    before = dict(dossier.persons)
    for role, uuid in named.items():
        if uuid is None:
            dossier.persons.pop(role, None)
        else:
            dossier.persons[role] = str(uuid)
    if dossier.persons != before:
        dossier.save(update_fields=["persons"])


def _learn_siblings(dossier: Dossier) -> None:
    """Write the parents' other children into the dossier, in a stable order."""
    found = answers(dossier)
    siblings: list[UUID] = []
    for parent in parents_of(dossier).values():
        answer = latest(found, parent, "children")
        listed = answer.value if answer and isinstance(answer.value, list) else []
        siblings += [uuid for uuid in map(person_uuid, listed) if uuid is not None]
    others = [u for u in dict.fromkeys(siblings) if u != dossier.subject]
    kept = {k: v for k, v in dossier.persons.items() if not k.startswith("sibling")}
    kept |= {f"sibling_{n}": str(uuid) for n, uuid in enumerate(others, 1)}
    if kept == dossier.persons:
        return
    dossier.persons = kept
    dossier.save(update_fields=["persons"])
    for sibling in others:
        jobs.enqueue(
            kind="life_events.sibling",
            payload={"subject": str(dossier.subject), "sibling": str(sibling)},
            key=f"life_events.sibling:{dossier.subject}:{sibling}",
        )


def _accounts(dossier: Dossier, mandates: Mandates) -> Iterator[tuple[str, UUID, Predicate]]:
    """Accounts that social affairs pays to already: the bank is asked yes or no (step 8)."""
    found = answers(dossier)
    for role, parent in parents_of(dossier).items():
        answer = latest(found, parent, "benefit_account")
        if answer is None or not isinstance(answer.value, str) or "-" not in answer.value:
            continue
        predicate = Predicate(role, "owns_account", "is", answer.value)
        if mandates.of(predicate) is None:
            continue
        bank_code, _, account = answer.value.partition("-")
        AccountClaim.objects.get_or_create(
            dossier=dossier,
            person=parent,
            bank_code=bank_code,
            account=account,
            agreement="",
            defaults={"named_on": clock.today()},
        )
        yield role, parent, predicate
