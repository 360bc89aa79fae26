"""From the paths that are still open to a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minben.law.case import Case
from minben.law.explorer import Path
from minben.law.expression import Expression
from minben.law.finding import Finding
from minben.law.needed import answer_of, needed
from minben.law.outcome import OPEN, Outcome
from minben.law.trace import Step

Reads = Callable[[], dict[str, tuple[str, ...]]]


class Nobody:
    """A family of one person of whom nothing is known: its paths are all paths."""

    persons = ("",)

    def knowledge(self, person: str, fact: str) -> None:
        """Nothing."""


def known_finding(
    case: Case, subject: str, result: Any, reads: Reads, *, step: Callable[[], Step]
) -> Finding:
    """The finding of a decision in which every fact that was asked is known."""
    is_outcome = result.__class__ is Outcome
    return Finding(
        status=str(result.status) if is_outcome else "known",
        outcome=result if is_outcome else None,
        value=None if is_outcome else result,
        outcomes=(result,),
        needed=(),
        facts_needed=(),
        step=step,
        unneeded=lambda: tuple(_unknown(case, subject, reads())),
        paths=1,
    )


def finding_of(
    case: Case,
    subject: str,
    paths: list[Path],
    shares: Mapping[str, int],
    reads: Reads,
    *,
    step: Callable[[], Step],
) -> Finding:
    """Decided when all paths agree on status, scheme and amount; else open, with what to ask.

    Reason and trace are those of the last path, on which no guard that is still open bites.
    """
    last = paths[-1].result
    answers: dict[object, Any] = {}
    for path in paths:
        answers.setdefault(answer_of(path.result), path.result)
    settled = len(answers) == 1 and _is_known(last)
    asked = () if settled else needed(case, paths, shares)
    facts = tuple(dict.fromkeys((c.person, c.fact) for c in asked))
    outcome = last if isinstance(last, Outcome) else None
    return Finding(
        status=OPEN if not settled else "known" if outcome is None else str(outcome.status),
        outcome=outcome if settled else None,
        value=last.value if settled and isinstance(last, Expression) else None,
        outcomes=(last,) if settled else tuple(answers.values()),
        needed=asked,
        facts_needed=facts,
        step=step,
        unneeded=lambda: tuple(f for f in _unknown(case, subject, reads()) if f not in facts),
        paths=len(paths),
    )


def _is_known(result: Any) -> bool:
    if isinstance(result, Outcome):
        return result.amount is None or result.settled_amount is not None
    return not isinstance(result, Expression) or result.known


def _unknown(case: Case, subject: str, reads: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """The unknown facts of this family that the rule could read."""
    found = []
    for person in case.family.persons:
        roles = [""] if person == subject else ["*"]
        roles += [r for r in reads if r and case.family.knowledge(subject, r) == person]
        for fact in dict.fromkeys(f for role in roles for f in reads.get(role, ())):
            if case.family.knowledge(person, fact) is None:
                found.append((person, fact))
    return found
