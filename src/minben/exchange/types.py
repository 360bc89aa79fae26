"""Words of the exchange: transfers and answers as other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from minben.base.month import Month
from minben.base.text import Text
from minben.facts.predicate import Predicate

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


class TransferState(StrEnum):
    """傳輸狀態 Where one transfer stands."""

    WAITING = "waiting"  # asked or to be asked; tried again by itself
    ANSWERED = "answered"  # signed answer checked, stored and on the trail
    REFUSED = "refused"  # will not be tried again; `explanation` says why and what helps


@dataclass(frozen=True, slots=True)
class TransferView:
    """傳輸 One movement of facts about one person from one data set."""

    uuid: UUID
    provider: str  # agency key
    provider_name: Text
    data_set: str
    subject: UUID
    case_ref: str
    month: Month
    predicates: tuple[Predicate, ...]
    basis: str  # agreement id "sha-256:…" or "mandate:<id>"
    state: TransferState
    explanation: Text | None  # why it waits or was refused, in words for the person
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """答覆 One signed answer.

    `value` is True or False for a comparison, the value (or list of spells) for op "value";
    None when the provider holds nothing about the person (`known` is False then).
    """

    predicate: Predicate
    month: Month
    known: bool
    value: JSON
    provider: str
    subject: UUID
    signed_at: datetime
    transfer: UUID


@dataclass(frozen=True, slots=True)
class PushView:
    """異動通報 A change that a provider sent by itself: a list changed, a child enrolled."""

    uuid: UUID
    provider: str
    kind: str
    subject: UUID | None
    body: dict[str, JSON]
    received_at: datetime
