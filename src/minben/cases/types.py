"""Words of the cases, without a database. The pages render these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text


class Channel(StrEnum):
    """申辦管道 How a case began."""

    MANDATE = "mandate"  # everything was known by statute: nobody applied
    OFFER = "offer"  # the government offered, a person accepted
    ONLINE = "online"  # applied by certificate, without an offer
    COUNTER = "counter"  # applied at the counter, assisted by a clerk


class Happening(StrEnum):
    """案件事件 What a line of the timeline tells."""

    OPENED = "opened"
    FACTS_ASKED = "facts_asked"
    FACTS_RECEIVED = "facts_received"
    DECIDED = "decided"
    CONFIRMED = "confirmed"
    PAYMENT_PLANNED = "payment_planned"
    PAYMENT_RETURNED = "payment_returned"
    OBJECTED = "objected"
    APPEALED = "appealed"
    APPEAL_ANSWERED = "appeal_answered"
    OVERRIDE_PROPOSED = "override_proposed"
    OVERRIDE_APPROVED = "override_approved"
    OVERRIDE_REFUSED = "override_refused"
    OBJECTION_SETTLED = "objection_settled"
    REOPENED = "reopened"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Finding:
    """認定 What the law said, ready to be recorded as a decision."""

    status: Literal["due", "not_due", "open"]
    scheme: str | None
    scheme_name: Text | None
    amount: NTD | None
    reason_key: str
    reason: Text
    citations: tuple[Text, ...]
    trace: Mapping[str, Any]
    disputed: tuple[DisputedView, ...]  # only where an alternative would change the outcome
    rules_hash: str
    facts_known_on: date
    rests_on: tuple[UUID, ...]  # transfers
    appeal_days: int


CaseState = Literal["waiting", "paying", "not_due", "to_confirm", "objected", "stopped"]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """歷程 One thing that happened to a case."""

    what: Happening
    text: Text
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class FactView:
    """依據事實 What a decision rests on: the comparison answered, by whom, on which basis."""

    key: str  # "mother.tax_rate>=20"
    text: Text  # "the mother's tax rate is 20 % or more"
    answer: Text  # "no"
    provider: Text
    basis: Text  # "by mandate, 戶籍法 …" | "with the consent of …"
    transfer: UUID | None  # the signed answer on the trail
    known_on: date


@dataclass(frozen=True, slots=True)
class DisputedView:
    """爭議參數 A legal figure that sources give differently, and what would change."""

    parameter: Text
    used: Text
    alternatives: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """決定 What was decided and why. Never changed: a correction is a new decision."""

    uuid: UUID
    status: Literal["due", "not_due", "open"]
    scheme: str | None
    scheme_name: Text | None
    amount: NTD | None  # per month
    since: Month
    until: Month | None  # None: until something changes
    reason: Text
    citations: tuple[Text, ...]
    rests_on: tuple[FactView, ...]
    trace: Mapping[str, Any]
    disputed: tuple[DisputedView, ...]
    awaits_confirmation: bool
    decided_on: date
    facts_known_on: date
    rules_hash: str
    by: Text  # "by the rules alone" | "by an officer, approved by a second one"
    appeal_until: date
    is_current: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class AppealView:
    """訴願 A person says that a decision, or a fact under it, is wrong."""

    uuid: UUID
    reference: str
    against: Literal["decision", "fact"]
    fact: str | None
    goes_to: Text  # the office, or the provider of the fact
    grounds: str
    filed_on: date
    answer_by: date
    outcome: Literal["upheld", "rejected"] | None
    answer: str | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """異議 A person does not want what was paid without asking."""

    reference: str
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class OverrideView:
    """人工改判 An officer's other decision; counts only when a second officer approved it."""

    uuid: UUID
    reference: str
    proposed_by: UUID
    status: Literal["due", "not_due"]
    amount: NTD | None
    since: Month
    reason: str
    proposed_on: date
    state: Literal["proposed", "approved", "refused"]
    second_pair_of_eyes: UUID | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """案件 A life event's case, as its subject, a parent, or an officer with a basis sees it."""

    uuid: UUID
    reference: str  # MB-2022-000123-9; the last digit is a check digit
    pack: str
    pack_name: Text
    subject: UUID
    subject_name: str
    applicants: tuple[UUID, ...]
    channel: Channel
    opened_on: date
    since: Month  # the first month asked for
    state: CaseState
    timeline: tuple[TimelineEntry, ...]
    decisions: tuple[DecisionView, ...]  # newest first
    appeals: tuple[AppealView, ...]
    overrides: tuple[OverrideView, ...]  # empty for citizens
    objection: ObjectionView | None
    agreements: tuple[str, ...]

    @property
    def current(self) -> DecisionView | None:
        """The decision that holds."""
        return next((d for d in self.decisions if d.is_current), None)


class TaskKind(StrEnum):
    """待辦種類 Why a person has to do something."""

    CONFIRM_DECISION = "confirm_decision"  # officer: a disputed figure would change the outcome
    APPROVE_OVERRIDE = "approve_override"  # a second officer
    ANSWER_APPEAL = "answer_appeal"  # officer
    REVIEW_OBJECTION = "review_objection"  # officer
    REACH_PERSON = "reach_person"  # clerk: letter and reminder stayed unanswered
    FACTS_MISSING = "facts_missing"  # officer: a provider does not answer
    NEW_ACCOUNT = "new_account"  # the person: the bank refused the account


@dataclass(frozen=True, slots=True)
class TaskView:
    """待辦事項 Something that waits for somebody."""

    uuid: UUID
    kind: TaskKind
    reference: str | None
    text: Text
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """待辦清單 One row of the officers' queue: no name, no fact, only the reference."""

    task: UUID
    kind: TaskKind
    text: Text
    reference: str | None
    pack_name: Text | None
    waiting_since: date
    due_on: date
    overdue: bool
