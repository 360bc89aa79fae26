"""Words of the exchange: transfers and answers as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
    explanation_key: str  # its key in words.toml; "" when there is nothing to explain
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """答覆 One signed answer.

    `value` is True or False for a comparison, the value (or list of spells) for op "value";
    None when the provider holds nothing about the person (`known` is False then). A person is
    "person:<uuid>", several a list of them.
    """

    predicate: Predicate
    month: Month
    known: bool
    value: JSON
    provider: str
    subject: UUID
    signed_at: datetime  # the provider's real clock
    known_on: date  # the civil day on which it came
    transfer: UUID


@dataclass(frozen=True, slots=True)
class PushView:
    """異動通報 A change that a provider told by itself: who is concerned, never a value."""

    uuid: UUID
    provider: str
    kind: str  # "enrolled", "left", "born" …
    data_set: str
    persons: tuple[UUID, ...]  # those of them whom the platform knows
    happened_on: date
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """簽章回覆 An HTTP answer, ready to be sent as it is."""

    status: int
    headers: Mapping[str, str]
    body: bytes
