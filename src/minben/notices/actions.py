"""What is done with notices."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from minben.identity.types import Actor
from minben.notices.types import LetterView, NoticeView


def notify(
    *, person: UUID, key: str, details: Mapping[str, object], reference: str | None = None
) -> UUID:
    """Send a notice: to the inbox with its words, by SMS only that there is one."""
    raise NotImplementedError


def acknowledge(*, actor: Actor, notice: UUID) -> NoticeView:
    """The person has read it."""
    raise NotImplementedError


def print_letter(*, actor: Actor, notice: UUID) -> LetterView:
    """The clerk prints the letter; an entry says so."""
    raise NotImplementedError
