"""The job that follows up on silence."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from minben.jobs.registry import handler
from minben.notices import actions


@handler("notices.follow_up")
def follow_up(payload: Mapping[str, str]) -> None:
    """Remind, send a letter, or hand the matter to an officer."""
    actions.follow_up(notice=UUID(payload["notice"]), step=payload["step"])
