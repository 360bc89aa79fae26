"""A family as the law reads it, put together from signed answers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from minben.cases.dossier import dossier as file_of
from minben.exchange import queries as exchange
from minben.exchange.types import AnswerView
from minben.facts.catalogue import FACTS
from minben.facts.situation import Situation
from minben.life_events.law import SUBJECT
from minben.life_events.models import Dossier

# Asked for other ends than the law: to greet people, to find siblings, to pay.
NOT_FOR_THE_LAW = frozenset({"name", "children", "benefit_account", "owns_account"})


def case_ref(dossier: Dossier) -> str:
    """Under which name the exchange keeps this family's answers."""
    return file_of(dossier.pack, dossier.subject)


def answers(dossier: Dossier) -> list[AnswerView]:
    """Every signed answer about this family, oldest first."""
    return exchange.answers_for(case_ref(dossier))


def latest(found: list[AnswerView], subject: UUID, fact: str) -> AnswerView | None:
    """The newest known answer about one fact of one person."""
    for answer in reversed(found):
        if answer.known and answer.subject == subject and answer.predicate.fact == fact:
            return answer
    return None


def situation(dossier: Dossier, found: list[AnswerView]) -> Situation:
    """What is known of every person of the dossier; later answers replace earlier ones."""
    key_of = {UUID(uuid): key for key, uuid in dossier.persons.items()}
    persons: dict[str, dict[str, Any]] = {key: {} for key in dossier.persons}
    for answer in found:
        key = key_of.get(answer.subject)
        fact = answer.predicate.fact
        if key is None or not answer.known or fact in NOT_FOR_THE_LAW or fact not in FACTS:
            continue
        facts = persons[key]
        if answer.predicate.op == "value":
            facts[fact] = _value(answer.value, key_of)
        else:
            facts[fact] = _compared(facts.get(fact), answer)
    if dossier.applied_on is not None:
        persons[SUBJECT]["applied_on"] = dossier.applied_on.isoformat()
    return Situation.from_json({"subject": SUBJECT, "persons": persons})


def person_uuid(value: object) -> UUID | None:
    """The person that an answer names as "person:<uuid>"."""
    if isinstance(value, str) and value.startswith("person:"):
        return UUID(value.removeprefix("person:"))
    return None


def parents_of(dossier: Dossier) -> dict[str, UUID]:
    """Mother and father, as far as the register named them."""
    return {
        role: UUID(dossier.persons[role])
        for role in ("mother", "father")
        if role in dossier.persons
    }


def _value(value: object, key_of: Mapping[UUID, str]) -> object:
    named = person_uuid(value)
    if named is not None:
        return key_of.get(named, str(named))
    return value


def _compared(before: object, answer: AnswerView) -> dict[str, dict[str, object]]:
    """Add one answered comparison to those known; it replaces a plain value known before."""
    known: dict[str, dict[str, object]] = {}
    if isinstance(before, dict):
        known = {op: dict(said) for op, said in before.items()}
    predicate = answer.predicate
    written = predicate.to_json()["value"]
    name = str(written).lower() if isinstance(written, bool) else str(written)
    known.setdefault(predicate.op, {})[name] = answer.value
    return known
