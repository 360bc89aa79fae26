"""The catalogue, the entity and the vocabulary say the same."""

import re
from typing import ClassVar, get_origin, get_type_hints

from minben.facts.catalogue import FACTS, VOCABULARY
from minben.facts.person import Person
from minben.facts.words import Care, IncomeClass, Kindergarten, Sex
from minben.law import Group

KINDS = {"int": "int", "bool": "bool", "str": "text", "date": "date"}
ENUMS = {"care": Care, "kindergarten": Kindergarten, "income_class": IncomeClass, "sex": Sex}


def test_a_rule_sees_exactly_the_facts_of_the_vocabulary() -> None:
    told = get_type_hints(Person)
    hints = {k: t for k, t in told.items() if get_origin(t) is not ClassVar}
    groups = {k for k, t in hints.items() if getattr(t, "__origin__", None) is Group}
    assert groups == set(VOCABULARY.relations)
    kinds = {k: t for k, t in hints.items() if k not in groups}
    for key, kind in kinds.items():
        expected = VOCABULARY.facts[key].kind
        assert KINDS.get(kind.__name__, "text") == expected, key
    missing = {k for k, f in VOCABULARY.facts.items() if f.kind != "person"} - set(kinds)
    assert missing == set()


def test_enums_and_declared_values_agree() -> None:
    for key, enum in ENUMS.items():
        assert FACTS[key].type.values == tuple(str(v) for v in enum)
        assert {k for k, _ in FACTS[key].value_names} == {str(v) for v in enum}


def test_every_fact_has_a_provider_and_words() -> None:
    for fact in FACTS.values():
        assert fact.data_set == "case" or re.fullmatch(
            r"[a-z-]+/[a-z-]+/[a-z-]+/v[0-9]+", fact.data_set
        )
        assert fact.name.zh
        assert fact.name.en
        if fact.type.spell:
            assert fact.type.default is not None, "outside every spell a dated fact has a value"
