"""The engine's answer for one person: decided or open, why, and what is still needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from minben.law.domain import Value
from minben.law.expression import Unknown
from minben.law.outcome import OPEN, Outcome
from minben.law.parameters import Use
from minben.law.trace import Step


@dataclass(frozen=True, order=True)
class Comparison:
    """比較 What must be known of a fact: `at_least` or `is` a value, or the `value` itself.

    `person` is the key of the person in the situation; "child.mother" is the mother of the child
    when it is not known who she is.
    """

    person: str
    fact: str
    op: str
    value: Value | None = None

    @property
    def key(self) -> str:
        """`mother.tax_rate>=20`, `child.care==public`, `child.mother`."""
        if self.op == "value":
            return f"{self.person}.{self.fact}"
        sign = ">=" if self.op == "at_least" else "=="
        value = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return f"{self.person}.{self.fact}{sign}{value}"


@dataclass(frozen=True)
class Finding:
    """認定 What the law says of one person and month, as far as it is known.

    `outcome` is the answer when decided, None when open. `outcomes` are all that are still
    reachable, each different answer once, in the order of the rule. `needed` are the comparisons
    that can still change the answer, in the order of asking; `facts_needed` their facts. Of a
    rule that has no outcome, status is "known" and `value` its result.
    """

    status: str
    outcome: Outcome | None
    outcomes: tuple[Outcome, ...]
    needed: tuple[Comparison, ...]
    facts_needed: tuple[tuple[str, str], ...]
    step: Callable[[], Step] = field(repr=False, compare=False)
    unneeded: Callable[[], tuple[tuple[str, str], ...]] = field(repr=False, compare=False)
    paths: int
    value: Value | Unknown | None = None

    @cached_property
    def trace(self) -> Step:
        """Each rule's value, facts, numbers of the law and conditions."""
        return self.step()

    @cached_property
    def not_needed(self) -> tuple[tuple[str, str], ...]:
        """Unknown facts (person, fact) the rule may read but that cannot change the answer."""
        return self.unneeded()

    @property
    def is_open(self) -> bool:
        """Whether facts are missing."""
        return self.status == OPEN

    @property
    def parameters(self) -> tuple[Use, ...]:
        """The numbers of the law that were read."""
        return self.trace.uses()

    @property
    def citations(self) -> tuple[str, ...]:
        """Articles and sources, the outcome's own first."""
        own = self.outcome.cite if self.outcome is not None else ()
        return tuple(dict.fromkeys((*own, *self.trace.all_citations())))

    @property
    def disputed(self) -> tuple[Use, ...]:
        """Disputed numbers that were read."""
        return tuple(u for u in self.parameters if u.alternatives)

    def to_json(self) -> dict[str, Any]:
        """Everything, without words in either language: those are the pack's."""
        return {
            "status": self.status,
            "outcome": None if self.outcome is None else self.outcome.to_json(),
            "outcomes": [o.to_json() for o in self.outcomes],
            "needed": [c.key for c in self.needed],
            "facts_needed": [".".join(f) for f in self.facts_needed],
            "not_needed": [".".join(f) for f in self.not_needed],
            "citations": list(self.citations),
            "trace": self.trace.to_json(),
        }
