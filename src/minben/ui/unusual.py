"""Access that stands out: an officer's views of people against the median of all officers.

Only acts at an office are weighed; what people do with their own data is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from minben.base.text import Text
from minben.trail.types import ActorUse
from minben.ui.deeds import actor_name, deed_name

_TIMES_USUAL = 3  # three times the median and at least ten people: a first sieve, not a verdict
_AT_LEAST = 10


@dataclass(frozen=True, slots=True)
class Weighed:
    """存取量 One officer's use of one kind, and whether it stands out."""

    who: Text
    what: Text
    uses: int
    people: int
    last_at: datetime
    stands_out: bool


def weighed(uses: Iterable[ActorUse]) -> tuple[Weighed, ...]:
    """The uses at offices, most people first."""
    ours = [use for use in uses if use.verb.startswith("office.")]
    usual = {verb: median(u.people for u in ours if u.verb == verb) for verb in _verbs(ours)}
    return tuple(
        Weighed(
            who=actor_name(use.actor),
            what=deed_name(use.verb),
            uses=use.uses,
            people=use.people,
            last_at=use.last_at,
            stands_out=use.people >= _AT_LEAST and use.people > _TIMES_USUAL * usual[use.verb],
        )
        for use in ours
    )


def _verbs(uses: Iterable[ActorUse]) -> set[str]:
    return {use.verb for use in uses}
