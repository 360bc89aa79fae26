"""What may be asked of the notices."""

from __future__ import annotations

from uuid import UUID

from minben.notices.types import NoticeView


def inbox(person: UUID) -> tuple[NoticeView, ...]:
    """A person's messages, newest first."""
    raise NotImplementedError
