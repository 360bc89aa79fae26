"""What happened in one decision: each rule's value, inputs, conditions and numbers of the law."""

from __future__ import annotations

from typing import Any, NamedTuple

from minben.law.domain import Value
from minben.law.explorer import Condition
from minben.law.expression import UNKNOWN, Expression, Unknown
from minben.law.outcome import Outcome
from minben.law.parameters import Use
from minben.law.writing import written_opposite


class Frame:
    """What one rule read and asked while it ran; made into a `Step` when somebody looks."""

    __slots__ = (
        "cells", "conditions", "facts", "parameters", "person", "result", "steps", "variable"
    )  # fmt: skip

    def __init__(self, variable: Any, person: str) -> None:
        self.variable, self.person = variable, person
        self.conditions: list[Condition] = []
        self.facts: dict[tuple[str, ...], Expression] = {}
        self.parameters: dict[str, Use] = {}
        self.cells: list[tuple[tuple[tuple[Expression, Value], ...], Use]] = []
        self.steps: list[Any] = []  # frames; by tables: rule and person
        self.result: Any = None


class ConditionStep(NamedTuple):
    """判斷 A condition that was asked, and its answer."""

    text: str
    holds: bool

    def to_json(self) -> dict[str, object]:
        """The condition as it held."""
        return {"condition": self.text, "holds": self.holds}


class Step(NamedTuple):
    """推理步驟 One rule in a trace.

    `facts` are the facts read (None: decided without its value), `deciding` is the last condition
    asked, in the form in which it held; where it names a rule, look into that rule's own step.
    """

    variable: str
    person: str
    value: object
    facts: dict[str, Value | None]
    parameters: tuple[Use, ...]
    conditions: tuple[ConditionStep, ...]
    deciding: str | None
    citations: tuple[str, ...]
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The step and all steps below it."""
        return {
            "variable": self.variable,
            "person": self.person,
            "value": self.value,
            "facts": {k: _json(v) for k, v in self.facts.items()},
            "parameters": [p.to_json() for p in self.parameters],
            "conditions": [c.to_json() for c in self.conditions],
            "deciding": self.deciding,
            "citations": list(self.citations),
            "steps": [s.to_json() for s in self.steps],
        }

    def uses(self) -> tuple[Use, ...]:
        """Every parameter read here or below, each once."""
        found = {u.path: u for u in self.parameters}
        for step in self.steps:
            found.update((u.path, u) for u in step.uses())
        return tuple(found.values())

    def all_citations(self) -> tuple[str, ...]:
        """Articles of this rule and those below, then the sources of the numbers, each once."""
        cites = list(self.citations)
        for step in self.steps:
            cites += step.all_citations()
        cites += [r for u in self.parameters for r in u.references]
        return tuple(dict.fromkeys(cites))


def step_of(frame: Frame) -> Step:
    """The readable form of a frame."""
    conditions = condition_steps(frame)
    result = frame.result
    cite: tuple[str, ...] = frame.variable.cite
    value: object = plain(result)
    if isinstance(result, Outcome):
        cite, value = (*result.cite, *cite), result.to_json()
    return Step(
        variable=frame.variable.name,
        person=frame.person,
        value=value,
        facts={
            e.text: None if e.value is UNKNOWN else e.value  # type: ignore[misc]
            for e in frame.facts.values()
        },
        parameters=tuple(frame.parameters.values()),
        conditions=conditions,
        deciding=conditions[-1].text if conditions else None,
        citations=cite,
        steps=tuple([step_of(f) for f in frame.steps]),
    )


def condition_steps(frame: Frame) -> tuple[ConditionStep, ...]:
    """The conditions that were asked, as they held."""
    return tuple(
        [
            ConditionStep(e.text if yes else written_opposite(e), True)
            for e, yes in frame.conditions
        ]
    )


def plain(result: object) -> object:
    """A plain value for JSON: unknown expressions by their text."""
    if isinstance(result, Expression):
        return result.text if isinstance(result.value, Unknown) else _json(result.value)
    return result


def _json(value: Value | None) -> object:
    return value if value is None or isinstance(value, bool | int | str) else value.isoformat()
