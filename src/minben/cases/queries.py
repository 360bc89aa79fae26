"""What may be asked of the cases without a person's facts."""

from __future__ import annotations

from uuid import UUID

from minben.cases.types import QueueRow, TaskView
from minben.identity.types import Actor


def queue(actor: Actor) -> tuple[QueueRow, ...]:
    """The officers' queue of the actor's agency, the most urgent first; no personal facts."""
    raise NotImplementedError


def tasks_of(person: UUID) -> tuple[TaskView, ...]:
    """What waits for a person."""
    raise NotImplementedError
