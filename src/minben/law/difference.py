"""Why two decisions differ: where their steps part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minben.law.trace import Step


@dataclass(frozen=True, slots=True)
class Parting:
    """分岐 The first condition of one rule that held in one decision and not in the other.

    `before` and `after` are the conditions as they held; None where nothing more was asked.
    """

    variable: str
    person: str
    before: str | None
    after: str | None


def partings(before: Step, after: Step) -> tuple[Parting, ...]:
    """Every rule asked by both that went another way, the deciding one first."""
    return tuple(_partings(before, after))


def _partings(before: Step, after: Step) -> Iterator[Parting]:
    first = [condition.text for condition in before.conditions]
    second = [condition.text for condition in after.conditions]
    for place in range(max(len(first), len(second))):
        one = first[place] if place < len(first) else None
        other = second[place] if place < len(second) else None
        if one != other:
            yield Parting(before.variable, before.person, one, other)
            break
    below = {(step.variable, step.person): step for step in after.steps}
    for step in before.steps:
        again = below.get((step.variable, step.person))
        if again is not None:
            yield from _partings(step, again)
