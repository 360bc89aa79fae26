"""Entities declared as classes: their facts, and who stands in which relation to whom.

```python
class Household(Entity):
    rent: int = fact(spell=True, default=0)
    members: Group[Person] = whose("household")  # those whose household is this one

class Person(Entity):
    birth: date = fact()
    mother: Person = fact()
    household: Household = fact(spell=True)  # people move
    guardians: Group[Person] = fact(spell=True)  # several at once
    parents: Group[Person] = each("mother", "father")
    mother_children: Group[Person] = same("mother")  # myself included
```

A fact that is an entity is a reference; a group that is a fact may refer to several at once.
`vocabulary_of(Person, Household)` makes the vocabulary that rules may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin, get_type_hints

from minben.law.domain import Value
from minben.law.entity import Declared, Entity, Group
from minben.law.errors import RuleError
from minben.law.vocabulary import (
    Children,
    FactType,
    Impossible,
    One,
    Parents,
    Relation,
    Siblings,
    Vocabulary,
)


@dataclass(frozen=True)
class _Fact(Declared):
    type: FactType


@dataclass(frozen=True)
class _Related(Declared):
    kind: type
    via: tuple[str, ...]


def fact(
    *,
    values: tuple[str, ...] | None = None,
    low: int | None = None,
    high: int | None = None,
    spell: bool = False,
    default: Value | None = None,
    assumed: Value | None = None,
) -> Any:
    """A fact of an entity; `FactType` says what the words mean. Its kind is the annotation's."""
    return _Fact(FactType("", "", values, low, high, spell, default, assumed))


def whose(*via: str) -> Any:
    """Those that point to me through one of these facts."""
    return _Related(Children, via)


def same(via: str) -> Any:
    """Those that point to the same one as I do, myself included."""
    return _Related(Siblings, (via,))


def each(*via: str) -> Any:
    """Those that I point to through these facts."""
    return _Related(Parents, via)


def vocabulary_of(*entities: type[Entity], impossible: tuple[Impossible, ...] = ()) -> Vocabulary:
    """The facts and relations that these classes declare."""
    facts: dict[str, FactType] = {}
    relations: dict[str, Relation] = {}
    known = {entity.__name__: entity for entity in entities}
    for entity in entities:
        hints = get_type_hints(entity, localns=known)
        for name, declared in entity.declared.items():
            if name in facts or name in relations:
                raise RuleError(f"{entity.__name__}.{name}: another entity has a {name} too")
            if isinstance(declared, _Related):
                relations[name] = _relation(name, declared, hints[name])
            elif isinstance(declared, _Fact):
                facts[name] = _fact_type(name, declared.type, hints[name])
                if facts[name].kind == "person":
                    relations[name] = _reference(name, hints[name])
    return Vocabulary(facts, relations, impossible)


_KINDS: Final[Mapping[type, str]] = {bool: "bool", int: "int", str: "text", date: "date"}


def _fact_type(name: str, given: FactType, hint: Any) -> FactType:
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if get_origin(hint) is Group:
        return replace(given, key=name, kind="person", many=True)
    if isinstance(hint, type) and issubclass(hint, Entity):
        return replace(given, key=name, kind="person")
    if isinstance(hint, type) and issubclass(hint, Enum):
        return replace(given, key=name, kind="text", values=tuple(str(v.value) for v in hint))
    for python, kind in _KINDS.items():
        if isinstance(hint, type) and issubclass(hint, python):
            return replace(given, key=name, kind=kind)
    raise RuleError(f"{name}: {hint} is no kind of fact: bool, int, str, date or an entity")


def _reference(name: str, hint: Any) -> Relation:
    if get_origin(hint) is Group:
        return Parents((name,), _entity(name, hint))
    return One(name, hint.__name__.lower())


def _relation(name: str, declared: _Related, hint: Any) -> Relation:
    to = _entity(name, hint)
    if declared.kind is Siblings:
        return Siblings(declared.via[0], to)
    return Children(declared.via, to) if declared.kind is Children else Parents(declared.via, to)


def _entity(name: str, hint: Any) -> str:
    if get_origin(hint) is not Group:
        raise RuleError(f"{name}: a relation is annotated Group[…], not {hint}")
    return str(get_args(hint)[0].__name__).lower()
