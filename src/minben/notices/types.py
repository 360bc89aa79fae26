"""Words of the notices, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from minben.base.text import Text


class Channel(StrEnum):
    """管道 How a notice reaches a person. Only the inbox and a letter carry its words."""

    INBOX = "inbox"
    SMS = "sms"  # "you have a message; sign in as you always do": no name, no link
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """通知種類 The words of one notice, from `texts.toml`, with {places} for details."""

    key: str
    subject: Text
    body: Text
    answer_within_days: int | None  # silence: reminder, letter, officer's task


@dataclass(frozen=True, slots=True)
class NoticeView:
    """通知 One message in a person's inbox."""

    uuid: UUID
    key: str
    subject: Text
    body: Text
    reference: str | None  # of the case or offer it is about
    sent_at: datetime
    on: date
    answer_by: date | None
    acknowledged_at: datetime | None
    channels: tuple[Channel, ...]  # over which it has gone out so far

    @property
    def is_new(self) -> bool:
        """Not yet acknowledged."""
        return self.acknowledged_at is None


@dataclass(frozen=True, slots=True)
class LetterView:
    """紙本通知 What a printed letter says; the office fetches the postal address when printing."""

    uuid: UUID
    person: UUID
    subject: Text
    body: Text
    reference: str | None
    on: date


@dataclass(frozen=True, slots=True)
class SilentNotice:
    """未回應通知 Neither the notice, nor its reminder, nor the letter was answered."""

    notice: UUID
    person: UUID
    key: str
    reference: str | None
