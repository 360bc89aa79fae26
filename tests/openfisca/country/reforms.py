"""The template's reforms, written anew: each changes the law or its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from minben.base.month import Month
from minben.law import Parameters, variable
from minben.law.parameter_file import parameters_of
from minben.law.parameter_tree import ParameterNode
from minben.law.vocabulary import FactType, Vocabulary

_SINCE = date(2017, 1, 1)
_BRACKETS = ((6_000, "0.16"), (12_400, "0.12"), (40_000, "0.4"))
_REFORMED = {
    "social_security_contribution": {
        "brackets": [
            {"threshold": {_SINCE: threshold}, "rate": {_SINCE: Decimal(rate)}}
            for threshold, rate in _BRACKETS
        ]
    }
}


def add_dynamic_variable(law: ModuleType, tree: ParameterNode) -> ParameterNode:
    """Everybody goes to school unless it is said otherwise."""
    _declare(law, FactType("goes_to_school", "bool", spell=True, default=True))
    return tree


def add_new_tax(law: ModuleType, tree: ParameterNode) -> ParameterNode:
    """Who has a car pays the income tax once more, and a hundred."""
    _declare(law, FactType("has_car", "bool", spell=True, default=True))

    @variable(entity=law.Person)
    def new_tax(person: Any, month: Month, p: Parameters) -> Cents:  # noqa: F821
        """For those who have a car."""
        if not person.has_car:
            return 0
        return law.income_tax(person, month, p) + 100 * law.CENTS

    law.new_tax = new_tax  # type: ignore[attr-defined]
    return tree


def modify_social_security_taxation(law: ModuleType, tree: ParameterNode) -> ParameterNode:
    """From 2017: nothing on small salaries, more on medium and large ones."""
    taxes = parameters_of({"taxes": _REFORMED}, "reform").children["taxes"]
    return replace(
        tree,
        children={
            **tree.children,
            "taxes": replace(
                tree.children["taxes"],
                children={**tree.children["taxes"].children, **taxes.children},
            ),
        },
    )


def _declare(law: ModuleType, fact: FactType) -> None:
    law.Person.declared = {**law.Person.declared, fact.key: fact}
    facts = {**law.VOCABULARY.facts, fact.key: fact}
    law.VOCABULARY = Vocabulary(facts, law.VOCABULARY.relations)  # type: ignore[attr-defined]


REFORMS: dict[str, Callable[[ModuleType, ParameterNode], ParameterNode]] = {
    "add_dynamic_variable": add_dynamic_variable,
    "add_new_tax": add_new_tax,
    "modify_social_security_taxation": modify_social_security_taxation,
}
