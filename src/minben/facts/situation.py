"""What is known of the persons of one case: the file form that three loaders build.

`{"subject": "child", "persons": {"child": {"birth_date": "2022-07-03", "mother": "mother", …}}}`.
A fact is absent (unknown), a plain value, a list of spells `{"value", "on", "until"}` (both days
included), or answered comparisons `{"at_least": {"20": false}}` / `{"is": {"public": false}}`.
`"mother": null` says there is none, `"died_on": null` that it has not happened; null for any other
kind of fact says nothing. The persons listed are the whole known family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from minben.base.text import Text
from minben.facts.catalogue import FACTS
from minben.facts.predicate import Predicate
from minben.facts.reading import SituationError, read_knowledge, written_knowledge
from minben.law.domain import Value
from minben.law.vocabulary import NOBODY, Answers, Knowledge, Nobody


@dataclass(frozen=True)
class Situation:
    """情境 The persons of one case, by key, and what is known of each fact."""

    subject: str
    facts: Mapping[str, Mapping[str, Knowledge]]

    @property
    def persons(self) -> tuple[str, ...]:
        """Keys of the persons listed."""
        return tuple(self.facts)

    def knowledge(self, person: str, fact: str) -> Knowledge | None:
        """What is known of a fact, None when nothing is."""
        known = self.facts.get(person)
        return None if known is None else known.get(fact)

    def with_fact(self, person: str, fact: str, known: Knowledge) -> Situation:
        """The same situation, knowing one more fact."""
        one = {**self.facts.get(person, {}), fact: known}
        return replace(self, facts={**self.facts, person: one})

    def without(self, person: str, fact: str) -> Situation:
        """The same situation, not knowing one fact."""
        one = {k: v for k, v in self.facts.get(person, {}).items() if k != fact}
        return replace(self, facts={**self.facts, person: one})

    def answered(self, answers: Iterable[tuple[Predicate, bool]]) -> Situation:
        """The same situation, knowing the answers to these questions."""
        found = self
        for predicate, yes in answers:
            before = found.knowledge(predicate.person, predicate.fact)
            if before is not None and not isinstance(before, Answers):
                continue
            found = found.with_fact(
                predicate.person, predicate.fact, _extended(before or Answers(), predicate, yes)
            )
        return found

    def to_json(self) -> dict[str, Any]:
        """The file form."""
        persons = {
            person: {fact: written_knowledge(fact, known) for fact, known in facts.items()}
            for person, facts in self.facts.items()
        }
        return {"subject": self.subject, "persons": persons}

    @classmethod
    def from_json(cls, json: object) -> Situation:
        """Read the file form; SituationError names the field, the mistake and the mend."""
        if not isinstance(json, Mapping) or not isinstance(json.get("persons"), Mapping):
            raise SituationError(
                "persons",
                Text("缺少人員清單", "the list of persons is missing"),
                Text('請提供 "persons": {…}', 'give "persons": {…}'),
            )
        persons: Mapping[str, Any] = json["persons"]
        subject = json.get("subject")
        if not isinstance(subject, str) or subject not in persons:
            raise SituationError(
                "subject",
                Text(f"{subject!r} 不在人員清單中", f"{subject!r} is not among the persons"),
                Text(f"請填下列之一：{'、'.join(persons)}", f"name one of: {', '.join(persons)}"),
            )
        return cls(subject, {key: _person(key, facts) for key, facts in persons.items()})


_NOTHING: Final[dict[str, Knowledge]] = {"person": NOBODY, "date": date.max}


def _person(key: str, facts: object) -> dict[str, Knowledge]:
    if not isinstance(facts, Mapping):
        raise SituationError(
            f"persons.{key}",
            Text("必須是物件", "must be an object"),
            Text("請以 {事實: 值} 表示", "write {fact: value}"),
        )
    found: dict[str, Knowledge] = {}
    for name, value in facts.items():
        field = f"persons.{key}.{name}"
        if name not in FACTS:
            raise SituationError(
                field,
                Text(f"沒有名為 {name} 的事實", f"there is no fact called {name}"),
                Text(f"可用的事實：{'、'.join(FACTS)}", f"known facts: {', '.join(FACTS)}"),
            )
        if value is None:
            kind = FACTS[name].type.kind
            if kind in _NOTHING:
                found[name] = _NOTHING[kind]
        else:
            found[name] = read_knowledge(field, FACTS[name].type, value)
    return found


def _extended(before: Answers, predicate: Predicate, yes: bool) -> Knowledge:
    value: Value | None = predicate.value
    if predicate.op == "is" and value is not None:
        return Answers(before.at_least, {**before.equal, value: yes})
    if predicate.op == "at_least" and value is not None and not isinstance(value, str):
        return Answers({**before.at_least, value: yes}, before.equal)
    raise ValueError(f"{predicate.key} is not answered by yes or no")


__all__ = ["NOBODY", "Nobody", "Situation", "SituationError"]
