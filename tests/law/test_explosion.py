"""Guards are linear, adjustments are made flat, and what explodes is refused with advice."""

from __future__ import annotations

import linecache
from typing import Any

import pytest

from minben.base.month import Month
from minben.law import Entity, RuleError, least, most, variable, where
from minben.law.parameter_tree import ParameterNode
from minben.law.rulebook import RuleBook, Rules
from minben.law.vocabulary import FactType, Vocabulary

HOW_MANY = 40


class Thing(Entity):
    """Many yes/no facts."""


def rules_of(source: str) -> Rules:
    """The rules of a module text; functions take (c, month, p)."""
    name = f"<rules {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    scope: dict[str, Any] = {"most": most, "least": least, "where": where}
    exec(compile(source, name, "exec"), scope)
    facts = {f"f{i}": FactType(f"f{i}", "bool") for i in range(HOW_MANY)}
    facts |= {f"n{i}": FactType(f"n{i}", "int", low=0, high=99) for i in range(HOW_MANY)}
    declared = variable(entity=Thing)
    found = [declared(v) for k, v in scope.items() if k.startswith("rule")]
    book = RuleBook(found, vocabulary=Vocabulary(facts, {}), parameters=ParameterNode("", {}))
    return book.at(Month(2022, 9))


def test_guards_are_linear() -> None:
    guards = "".join(f"    if c.f{i}: return {i}\n" for i in range(HOW_MANY))
    rules = rules_of(f"def rule(c, month, p):\n{guards}    return -1\n")
    assert len(rules.paths_alone("rule")) == HOW_MANY + 1
    assert rules.check() == []


def test_adjustments_are_made_flat() -> None:
    lines = "".join(f"    if c.f{i} and c.n{i} > 3: n += {i}\n" for i in range(HOW_MANY))
    rules = rules_of(f"def rule(c, month, p):\n    n = 0\n{lines}    return n\n")
    assert len(rules.paths_alone("rule")) == 1


def test_most_and_least_do_not_fork() -> None:
    numbers = ", ".join(f"c.n{i}" for i in range(HOW_MANY))
    rules = rules_of(f"def rule(c, month, p): return least(most({numbers}), 50)\n")
    assert len(rules.paths_alone("rule")) == 1


@pytest.mark.slow
def test_a_rule_with_too_many_paths_is_refused_and_told_what_to_split() -> None:
    lines = "".join(f"    if c.f{i}: n = n * 2 + {i}\n" for i in range(14))
    rules = rules_of(f"def rule(c, month, p):\n    n = 0\n{lines}    return n\n")
    with pytest.raises(
        RuleError, match=r"more than 4096 paths; most conditions asked: f0; .* own"
    ):
        rules.paths_alone("rule")


def test_a_wide_rule_is_a_warning() -> None:
    lines = "".join(f"    if c.f{i}: n = n * 2 + {i}\n" for i in range(7))
    rules = rules_of(f"def rule(c, month, p):\n    n = 0\n{lines}    return n\n")
    (warning,) = rules.check()
    assert "rule has 128 paths in 2022-09 (more than 64)" in warning


def test_a_text_that_doubles_is_refused_before_memory_is_full() -> None:
    lines = "".join(f"    n = where(c.f{i}, n + 1, n + 2)\n" for i in range(HOW_MANY))
    rules = rules_of(f"def rule(c, month, p):\n    n = c.n0\n{lines}    return n\n")
    with pytest.raises(RuleError, match="its own variable"):
        rules.paths_alone("rule")


def test_contradictory_and_repeated_conditions_do_not_fork() -> None:
    source = """
def rule(c, month, p):
    if c.n0 < 10: return 1
    if c.n0 < 5: return 2
    if c.n0 >= 10 and c.n0 - 3 < 20:
        if c.n0 > 50: return 3
        return 4
    if most(c.n0, c.n1) < 10: return 5
    return 6
"""
    results = [p.result.value for p in rules_of(source).paths_alone("rule")]
    assert results == [1, 4, 6]


def test_rules_in_a_circle_are_named() -> None:
    source = """
def rule_a(c, month, p): return rule_b(c, month, p)
def rule_b(c, month, p): return rule_a(c, month, p)
"""
    rules = rules_of(source)
    for one in rules.book.variables.values():
        one.rule.__globals__.update(rules.book.variables)
    with pytest.raises(RuleError, match="refer to each other: rule_a → rule_b → rule_a"):
        rules.paths_alone("rule_a")


def test_a_rule_that_remembers_is_not_repeatable() -> None:
    source = """
SEEN = []
def rule(c, month, p):
    SEEN.append(1)
    if c.n0 > SEEN.count(1): return 1
    if c.f0: return 2
    return 3
"""
    with pytest.raises(RuleError, match="not repeatable"):
        rules_of(source).paths_alone("rule")


def test_declared_impossible_worlds_prune_paths() -> None:
    source = """
def rule(c, month, p):
    if c.f0:
        if c.f1: return 1
        return 2
    return 3
"""
    rules = rules_of(source)
    assert len(rules.paths_alone("rule")) == 3
    never = ((("f0", "eq", True), ("f1", "eq", True)),)
    book = RuleBook(
        rules.book.variables.values(),
        vocabulary=Vocabulary(rules.vocabulary.facts, {}, never),
        parameters=ParameterNode("", {}),
    )
    assert [p.result.value for p in book.at(Month(2022, 9)).paths_alone("rule")] == [2, 3]
