"""Check the examples of a pack: their answers, and that no path and no number goes without one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minben.base.month import Month
from minben.law.errors import RuleError
from minben.law.finding import Finding as FoundByLaw
from minben.law.trace import Step
from minben.packs.alternatives import live
from minben.packs.coverage import feasible, reached, taken
from minben.packs.decision import Decision
from minben.packs.examples import Example
from minben.packs.findings import Finding
from minben.packs.model import Pack


def answers(pack: Pack) -> Iterator[Finding]:
    """Examples whose answer is another one than they say."""
    names = set()
    for example in pack.examples:
        place = f"examples.yaml {example.name}"
        if example.name in names:
            yield Finding("example", place, "two examples have this name", "Name it otherwise")
        names.add(example.name)
        try:
            decision = _decided(pack, example)
        except (ValueError, RuleError) as error:
            yield Finding("example", place, str(error), "Mend the example")
            continue
        given = answer_of(decision)
        for key, expected in example.output.items():
            if key not in given:
                yield Finding(
                    "example", place, f"{key} is no output", f"Known are: {', '.join(given)}"
                )
            elif given[key] != expected:
                yield Finding(
                    "example",
                    place,
                    f"{key} is {given[key]}, expected {expected}",
                    "Mend the law or the example",
                )


def answer_of(decision: Decision) -> dict[str, Any]:
    """The outputs that an example may name: status, scheme, amount, reason, rules of the trace."""
    found: dict[str, Any] = {
        step.variable: step.value
        for step in steps(decision.finding.trace)
        if step.person == decision.subject and not isinstance(step.value, dict)
    }
    found["status"] = decision.status
    found["scheme"] = decision.scheme
    found["amount"] = decision.amount
    found["reason"] = decision.reason.key
    return found


def cells(pack: Pack) -> Iterator[Finding]:
    """Numbers of the law, each with its day, that no example reads."""
    read = {
        (use.path, use.since)
        for example in pack.examples
        for use in _found(pack, example).parameters
    }
    for parameter in live(pack.parameters):
        for dated in parameter.values:
            if dated.value is not None and (parameter.path, dated.since) not in read:
                yield Finding(
                    "cell",
                    f"parameters {parameter.path} {dated.since}",
                    f"no example reads {dated.value}",
                    f"Add an example from {Month.of(dated.since)} on that rests on it",
                )


def paths(pack: Pack) -> Iterator[Finding]:
    """Feasible paths of each rule in each phase that no example of its first month takes."""
    for month in pack.phases:
        found = taken(pack, month)
        for name in reached(pack, month):
            for number, path in enumerate(pack.rules(month).paths_alone(name)):
                if (name, number) not in found and feasible(pack, month, path):
                    yield Finding(
                        "path",
                        f"law.py {name} in {month}",
                        f"no example where {path.when}",
                        f"Add an example for {month}",
                    )


def steps(step: Step) -> Iterator[Step]:
    """A step of a trace and all below it."""
    yield step
    for below in step.steps:
        yield from steps(below)


def _found(pack: Pack, example: Example) -> FoundByLaw:
    rules = pack.rules(example.month)
    subject = example.situation.subject
    return rules.decide(example.situation, subject=subject, variable=pack.manifest.decides)


def _decided(pack: Pack, example: Example) -> Decision:
    return pack.decide(example.situation, subject=example.situation.subject, month=example.month)
