"""Packs whose decisions look at a whole case: what they say of themselves, and how they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import ModuleType
from typing import Any

from minben.base.text import Text
from minben.facts.catalogue import CASE, FACTS
from minben.facts.predicate import Predicate
from minben.law.parameter_tree import ParameterNode
from minben.law.parameters import Use
from minben.packs.alternatives import read_otherwise
from minben.packs.case_law import OPEN, Answer, Law, Line, Missing
from minben.packs.decision import OPEN_REASON
from minben.packs.model import described
from minben.packs.types import Source


@dataclass(frozen=True, slots=True)
class CaseExample:
    """案件範例 A case, the day asked about, and what must come out.

    `output` names parts of the answer by path: `amount`, `shares.widow`, `reason`.
    """

    name: str
    on: date
    facts: Mapping[str, Any]
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseWords:
    """案件用語 All that a pack of case decisions says in words, and its sources."""

    name: Text
    summary: Text
    owner_name: Text
    groups: Mapping[str, Mapping[str, Text]]
    sources: Mapping[str, Source]


@dataclass(frozen=True, eq=False)
class CaseDecision:
    """個案決定 One decision of such a pack, by its key `pack.decision`."""

    pack: str
    name: str
    owner_agency: str
    words: CaseWords
    law: ModuleType
    numbers: ParameterNode
    examples: tuple[CaseExample, ...]
    rules_hash: str

    @property
    def key(self) -> str:
        """`inheritance.shares`."""
        return f"{self.pack}.{self.name}"

    @property
    def title(self) -> Text:
        """Its name for people."""
        return self.words.groups["decisions"][self.name]

    def answer(self, facts: Mapping[str, Any], on: date) -> tuple[Answer, Law]:
        """What the law says, before its words; SituationError names what is wrong with facts."""
        found: tuple[Answer, Law] = self.law.decide(facts, on, self.numbers)
        return found

    def decide(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """The JSON answer, words in both languages; its schema is what `minben facts` prints."""
        answer, law = self.answer(facts, on)
        lines = list(lines_of((answer.lines, answer.result)))
        reason = (
            OPEN_REASON.text
            if answer.reason == OPEN
            else self.words.groups["reasons"][answer.reason]
        )
        cited = dict.fromkeys(key for line in lines for key in line.cite)
        given = dict.fromkeys(self.law.GIVES) | dict(answer.result)
        return {
            "decision": self.key,
            "subject": facts["subject"],
            "on": on.isoformat(),
            "status": answer.status,
            "reason": {"key": answer.reason, "text": reason.to_json()},
            "citations": [self.words.sources[key].to_json() for key in cited],
            **{key: self._written(value) for key, value in given.items()},
            "derivation": [self._written(line) for line in answer.lines],
            "needed": [self._needed(missing) for missing in answer.missing],
            "disputed": list(self._disputes(facts, on, answer, law)),
            "parameters": [use.to_json() for use in law.uses.values()],
            "case_only": True,
            "rules_hash": self.rules_hash,
        }

    def otherwise(
        self, facts: Mapping[str, Any], on: date, law: Law
    ) -> Iterator[tuple[Use, Any, Answer]]:
        """Every number that was read and on which sources differ, with the other answer."""
        for use in law.uses.values():
            for alternative in use.alternatives:
                numbers = read_otherwise(
                    self.numbers, path=use.path, since=use.since, value=alternative
                )
                yield use, alternative, self.law.decide(facts, on, numbers)[0]

    def _disputes(
        self, facts: Mapping[str, Any], on: date, answer: Answer, law: Law
    ) -> Iterator[dict[str, Any]]:
        """The readings that would change this answer: an officer confirms it."""
        for use, alternative, other in self.otherwise(facts, on, law):
            if other.core != answer.core:
                yield {
                    "parameter": use.path,
                    "description": described(self.numbers, use.path).to_json(),
                    "value": use.value,
                    "alternative": alternative,
                    "confidence": use.confidence,
                    "results": [self._written(other.core)],
                }

    def _needed(self, missing: Missing) -> dict[str, Any]:
        fact = FACTS.get(missing.fact) if missing.person is not None else None
        if fact is not None and missing.person is not None:
            asked = Predicate(missing.person, missing.fact, "value")
            about = {**asked.to_json(), "key": asked.key, "data_set": asked.data_set}
            return {**about, "text": asked.text.to_json()}
        about = {"person": None, "fact": missing.fact, "op": "value", "value": None}
        text = self.words.groups["questions"][missing.fact]
        return {**about, "key": missing.fact, "data_set": CASE, "text": text.to_json()}

    def _written(self, value: Any) -> Any:
        """Lines, texts and fractions as JSON, however deep they lie."""
        if isinstance(value, Line):
            details = {key: self._said(one) for key, one in value.details.items()}
            return {
                "key": value.key,
                "text": self.words.groups["lines"][value.key].filled(**details).to_json(),
                "amount": value.amount,
                "citations": list(value.cite),
            }
        if isinstance(value, Text):
            return value.to_json()
        if isinstance(value, Fraction):
            return {"numerator": value.numerator, "denominator": value.denominator}
        if isinstance(value, Mapping):
            return {key: self._written(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._written(one) for one in value]
        return value

    def _said(self, value: Any) -> object:
        """What fills a place in words: money with commas, a kind by its name."""
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        if isinstance(value, str) and value in self.words.groups["kinds"]:
            return self.words.groups["kinds"][value]
        return value


def lines_of(value: Any) -> Iterator[Line]:
    """Every line of a derivation, however deep it lies."""
    if isinstance(value, Line):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from lines_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from lines_of(one)
