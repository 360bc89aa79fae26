"""Check a pack of case decisions: words, sources, examples, and what no example shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from minben.facts.reading import SituationError
from minben.law.errors import RuleError
from minben.packs import check_law
from minben.packs.alternatives import live
from minben.packs.branches import untaken
from minben.packs.case_law import OPEN
from minben.packs.case_load import read
from minben.packs.case_pack import CaseDecision, CaseExample, lines_of
from minben.packs.findings import Finding
from minben.packs.reading import PackError


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong or left to do, the basic things first."""
    try:
        decisions = list(read(folder).values())
    except PackError as error:
        place = f"{error.file} {error.place}".strip()
        return [Finding("structure", place, error.mistake, error.mend)]
    numbers, known = decisions[0].numbers, set(decisions[0].words.sources)
    found = list(check_law.numbers(numbers, known))
    found += check_law.disputed(numbers)
    found += _unsaid(folder, decisions[0])
    seen = _Seen()
    missed = untaken(folder, lambda: found.extend(_answers(decisions, seen)))
    found += _cells(decisions[0], seen)
    found += _lines(decisions[0], seen)
    found += [
        Finding(
            "path",
            f"{branch.file} line {branch.line}",
            f"no example where {'' if branch.way else 'not '}({branch.condition})",
            "Add an example",
        )
        for branch in missed
    ]
    return found


class _Seen:
    """What the examples of a pack have shown."""

    def __init__(self) -> None:
        self.cells: set[tuple[str, Any]] = set()
        self.lines: set[str] = set()
        self.reasons: set[str] = {OPEN}


def _answers(decisions: list[CaseDecision], seen: _Seen) -> Iterator[Finding]:
    for decision in decisions:
        names = set()
        for example in decision.examples:
            place = f"examples/{decision.name}.yaml {example.name}"
            if example.name in names:
                yield Finding("example", place, "two examples have this name", "Name it otherwise")
            names.add(example.name)
            try:
                yield from _answer(decision, example, place, seen)
            except (SituationError, RuleError, KeyError) as error:
                yield Finding("example", place, str(error), "Mend the example, or its words")


def _answer(
    decision: CaseDecision, example: CaseExample, place: str, seen: _Seen
) -> Iterator[Finding]:
    answer, law = decision.answer(example.facts, example.on)
    seen.cells |= {(use.path, use.since) for use in law.uses.values()}
    lines = [line.key for line in lines_of((answer.lines, answer.result))]
    seen.lines |= set(lines)
    for _, _, other in decision.otherwise(example.facts, example.on, law):
        seen.lines |= {line.key for line in lines_of((other.lines, other.result))}
    seen.reasons.add(answer.reason)
    written = decision.decide(example.facts, example.on)
    given: dict[str, Any] = {
        "status": answer.status,
        "reason": answer.reason,
        "gives": _plain(answer.core),
        "disputed": [one["parameter"] for one in written["disputed"]],
        "needed": [one["key"] for one in written["needed"]],
    }
    for key, expected in example.output.items():
        if key == "says":
            for line in set(expected) - set(lines):
                yield Finding("example", place, f"it does not say {line}", "Mend law or example")
        elif key not in given:
            yield Finding(
                "example", place, f"{key} is no output", f"Known are: says, {', '.join(given)}"
            )
        elif given[key] != expected:
            yield Finding(
                "example",
                place,
                f"{key} is {given[key]}, expected {expected}",
                "Mend the law or the example",
            )


def _plain(core: Any) -> Any:
    if isinstance(core, Mapping):
        return {key: _plain(value) for key, value in core.items()}
    return str(core) if isinstance(core, Fraction) else core


def _cells(decision: CaseDecision, seen: _Seen) -> Iterator[Finding]:
    """Numbers of the law, each with its day, that no example reads."""
    for parameter in live(decision.numbers):
        for dated in parameter.values:
            if dated.value is not None and (parameter.path, dated.since) not in seen.cells:
                yield Finding(
                    "cell",
                    f"parameters {parameter.path} {dated.since}",
                    f"no example reads {dated.value}",
                    f"Add an example from {dated.since} on that rests on it",
                )


def _lines(decision: CaseDecision, seen: _Seen) -> Iterator[Finding]:
    """Words that no example brings about."""
    for group, said in (("lines", seen.lines), ("reasons", seen.reasons)):
        for key in sorted(set(decision.words.groups[group]) - said):
            yield Finding(
                "path", f"texts.yaml {group}.{key}", "no example says it", "Add one, or remove it"
            )


def _unsaid(folder: Path, decision: CaseDecision) -> Iterator[Finding]:
    """Lines and sources that stand in the code and have no words."""
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "line"):
                continue
            words = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
            named = isinstance(node.args[0], ast.Constant)
            for key in words[1:] if named else words:
                if key not in decision.words.sources:
                    place = f"{file.name} line {node.lineno}"
                    yield Finding("source", place, f"{key} is no source", "Add it to pack.yaml")
            if named and words[0] not in decision.words.groups["lines"]:
                yield Finding(
                    "words",
                    f"texts.yaml lines.{words[0]}",
                    "no words in either language",
                    f"Write `{words[0]}: {{zh: …, en: …}}` under lines",
                )
