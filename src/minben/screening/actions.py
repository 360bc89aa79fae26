"""Verbs of screening."""

from collections.abc import Iterable
from uuid import UUID

from minben.base.month import Month


def run(*, pack: str, mandate: str, month: Month, actor: str = "agency:child-welfare") -> UUID:
    """Begin a run: the worker fetches the mandated exports, runs the law, commits to the trail.

    The same (pack, mandate, month) returns the same run. Refused `screening.no_mandate`.
    """
    raise NotImplementedError


def set_aside(*, run: UUID, pseudonyms: Iterable[str], kind: str) -> None:
    """Tell a run whom to leave out: `kind` "receipt" (already paid) or "objection"."""
    raise NotImplementedError
