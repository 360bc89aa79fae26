"""Each Python idiom works as Python means it, or is refused with words; none differs silently."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from law import idioms
from minben.base.month import Month
from minben.law import Entity, RuleError, variable
from minben.law.columns import Columns
from minben.law.deciding import Means
from minben.law.decision_tree import Branch, Leaf, Tree, tree_of
from minben.law.expression import Expression, lifted
from minben.law.parameter_tree import DatedValue, Parameter, ParameterNode
from minben.law.rulebook import RuleBook, Rules
from minben.law.sql_expression import condition_sql, value_sql
from minben.law.vocabulary import FactType, Vocabulary

MONTH = Month(2022, 9)
MEANS: tuple[Means, ...] = ("rules", "tables")
WORKS = {
    "short_or", "or_value_bool", "and_value", "chained", "chained_value", "in_tuple",
    "not_in_tuple", "builtin_max", "most_of_three", "least_of_two", "where_value",
    "builtin_sum_any", "builtin_all_gen", "table_lookup", "table_guarded", "floor_div",
    "floor_mod", "local_mutation", "adjustment_either_way", "list_append_local", "helper",
    "nested_floor", "raise_impossible", "early_return", "ternary", "eq_true", "not_x",
    "for_const", "walrus", "lambda_", "ampersand", "bool_", "text_answer",
}  # fmt: skip
REFUSED = {
    "or_value_int": "!= 0", "in_set": "literal tuple", "in_range": "literal tuple",
    "builtin_abs": "plain number", "builtin_round": "plain number", "dict_lookup": "table",
    "outer_dict": "outside the rule", "list_lookup": "plain number",
    "table_missing": "no row ['w']", "fstring": "text is made", "str_concat": "arithmetic on text",
    "floor_div_var": "positive constant", "true_div": "not exact", "float_rate": "float",
    "power": "not exact", "outer_list": "outside the rule", "outer_value": "len() looks",
    "clock": "no clock", "helper_with_is": "`is`", "attr_store": "must not change",
    "change_the_law": "must not change", "raise_one_path": "ValueError: too big when a > 6",
    "missing_return": "no return when not x", "mixed_types": "different kinds",
    "truth_int": "!= 0", "truth_str": "!= 0", "is_true": "write ==", "is_not_none": "write !=",
    "isinstance_": "Python object", "try_except": "hides paths", "match_": "if/elif",
    "while_": "open-ended loop", "for_range_sym": "plain number", "typo_enum": "never 'uu'",
    "cross_type": "compares text with int", "bool_times": "where(condition, x, 0)",
    "bool_sum": "where(condition, x, 0)", "none_compared": "None",
    "ampersand_precedence": "tighter",
    "unknown_fact": "no fact called 'zz'", "unknown_parameter": "no parameter",
    "sorted_": "sorted()",
    "int_": "plain number", "shared_default": "default arguments", "import_inside": "import",
    "with_block": "with", "a_global": "global", "asserted": "assert", "print_it": "print()",
    "closure_over_a_list": "outside the rule",
}  # fmt: skip
GRID = {
    "a": (-7, -1, 0, 1, 4, 7),
    "b": (-2, 0, 3, 6),
    "x": (True, False),
    "y": (True, False),
    "s": ("u", "v", "w"),
}


class Thing(Entity):
    """Five facts."""


def vocabulary() -> Vocabulary:
    return Vocabulary(
        {
            "a": FactType("a", "int", low=-9, high=9),
            "b": FactType("b", "int", low=-9, high=9),
            "x": FactType("x", "bool"),
            "y": FactType("y", "bool"),
            "s": FactType("s", "text", ("u", "v", "w")),
        },
        {},
    )


def number(path: str, value: int) -> Parameter:
    return Parameter(path, (DatedValue(MONTH.first_day, value),))


def parameters() -> ParameterNode:
    rows = {k: number(f"t.{k}", i + 1) for i, k in enumerate("uvw")}
    fewer = {k: rows[k] for k in "uv"}
    return ParameterNode("", {"t": ParameterNode("t", rows), "t2": ParameterNode("t2", fewer)})


def rules_of(name: str) -> Rules:
    rule = variable(entity=Thing)(getattr(idioms, name))
    book = RuleBook([rule], vocabulary=vocabulary(), parameters=parameters())
    return book.at(MONTH)


class Row(SimpleNamespace):
    """One thing's facts, for the engine (knowledge) and for plain Python (attributes)."""

    persons = ("thing",)

    def knowledge(self, person: str, fact: str) -> Any:
        return getattr(self, fact)


def grid() -> Iterator[Row]:
    for values in itertools.product(*GRID.values()):
        yield Row(**dict(zip(GRID, values, strict=True)))


def plain_python(name: str, row: Row) -> Any:
    p = SimpleNamespace(t={"u": 1, "v": 2, "w": 3}, t2={"u": 1, "v": 2})
    return getattr(idioms, name)(row, MONTH, p)


def sql_of(tree: Tree, results: list[Any]) -> str:
    columns = Columns()
    if isinstance(tree, Leaf):
        e = lifted(results[tree.result])
        return (
            condition_sql(e, columns)
            if e.kind == "bool" and not e.known
            else value_sql(e, columns)
        )
    assert isinstance(tree, Branch)
    yes, no = sql_of(tree.yes, results), sql_of(tree.no, results)
    return f"CASE WHEN {condition_sql(tree.condition, columns)} THEN {yes} ELSE {no} END"


@pytest.fixture(scope="module")
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE thing (n INT, a BIGINT, b BIGINT, x BOOL, y BOOL, s VARCHAR)")
        rows = [(n, r.a, r.b, r.x, r.y, r.s) for n, r in enumerate(grid())]
        marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
        con.execute(f"INSERT INTO thing VALUES {marks}", [v for row in rows for v in row])
        yield con


def test_every_idiom_is_judged() -> None:
    written = {
        name
        for name, f in vars(idioms).items()
        if inspect.isfunction(f) and "month" in inspect.signature(f).parameters
    }
    assert written == WORKS | set(REFUSED)
    assert len(written) >= 68


@pytest.mark.parametrize("name", sorted(WORKS))
def test_an_idiom_means_what_python_means(name: str, table: duckdb.DuckDBPyConnection) -> None:
    rules = rules_of(name)
    assert rules.check() == []
    if name in ("ampersand", "bool_", "where_value"):  # ~ and where() are not Python's own
        plain: Any = {
            "ampersand": lambda r: 1 if r.a > 3 and not r.x else 0,
            "bool_": lambda r: r.x,
            "where_value": lambda r: r.a if r.x else r.b,
        }[name]
    else:

        def plain(row: Row) -> Any:
            return plain_python(name, row)

    tree, results = tree_of(rules.paths_alone(name), lambda r: lifted(r).text)
    sql = dict(table.execute(f"SELECT n, {sql_of(tree, results)} FROM thing").fetchall())
    for n, row in enumerate(grid()):
        expected = plain(row)
        assert sql[n] == expected
        assert type(sql[n]) is type(expected)
        if n % 7 == 0:
            for means in MEANS:
                finding = rules.decide(row, subject="thing", variable=name, by=means)
                assert finding.value == expected
                assert finding.paths == 1


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_idiom_is_refused_in_words(name: str) -> None:
    with pytest.raises(RuleError) as refusal:
        rules_of(name).check()
    words = str(refusal.value)
    assert REFUSED[name] in words, words
    assert name in words or isinstance(refusal.value, RuleError)


def test_the_converted_rule_draws_one_path() -> None:
    assert len(rules_of("local_mutation").paths_alone("local_mutation")) == 1
    assert len(rules_of("adjustment_either_way").paths_alone("adjustment_either_way")) == 1


def test_a_known_value_is_an_expression_with_a_value() -> None:
    e = lifted(3) + 4
    assert isinstance(e, Expression)
    assert e.value == 7
