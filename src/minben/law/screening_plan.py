"""The law for a nation: one rule in one month as plain SQL over a table of persons.

Input: a table (or a sub-select, or `read_parquet(…)`) of persons with `id`, `mother`, `father`
and a column per fact; beside each a yes/no `<column>_known`, unless it is known of everybody. What
is not known is NULL; NULL of a known reference says nobody, of a known day never.
Dated facts come as their value in the month, or from a table of spells (person, value, starts_on,
ends_on). Output: id, status, scheme, amount, reason, outcomes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from minben.base.month import Month
from minben.law.columns import Columns, fact_column
from minben.law.decision_tree import Tree, branches, tree_of
from minben.law.domain import INFINITY, Domain
from minben.law.errors import RuleError
from minben.law.explorer import Path, bounded
from minben.law.expression import Expression
from minben.law.outcome import NOT_DUE, Outcome
from minben.law.screening_answer import answered, asked, reached
from minben.law.screening_layers import Layers
from minben.law.sql_expression import literal
from minben.law.vocabulary import Siblings, Vocabulary

if TYPE_CHECKING:
    from minben.law.rulebook import Rules


@dataclass(frozen=True)
class ScreeningPlan:
    """篩查計畫 One rule in one month, ready to print as SQL.

    `outcomes` are the different answers; a row's `outcomes` column lists, for an open row, the
    numbers of those it can still have ("0,3"). `columns` are the person columns it reads (each
    with its `_known` companion); a column that is not there counts as unknown. `hulls` are tests
    on the subject's own columns that must hold for anything to be due, derived from the paths that
    grant (None: nothing is ever due): only those rows come out, everybody else is not due.
    """

    variable: str
    month: Month
    outcomes: tuple[Outcome, ...]
    columns: tuple[str, ...]
    hulls: tuple[tuple[str, str], ...] | None
    vocabulary: Vocabulary = field(repr=False)
    reads: Columns = field(repr=False)
    conditions: dict[str, Expression] = field(repr=False)
    tree: Tree = field(repr=False)
    results: tuple[Outcome, ...] = field(repr=False)

    @property
    def concerns(self) -> str:
        """Whom the rule can concern at all, as a condition on a row's own known facts."""
        return self.concerned("")

    def concerned(self, prefix: str, columns: Collection[str] | None = None) -> str:
        """The same, on columns with a prefix, for those that the table has."""
        if self.hulls is None:
            return "false"
        tests = [
            f"({prefix}{name} IS NULL OR {test.format(prefix + name)})"
            for name, test in self.hulls
            if columns is None or name in columns
        ]
        return " AND ".join(tests) or "true"

    def sql(
        self,
        *,
        person: str = "person",
        available: Collection[str] | None = None,
        spells: Mapping[str, str] | None = None,
        only: str = "true",
    ) -> str:
        """The query.

        `person` is what stands after FROM. `available` lists the columns it has (default: all of
        `columns`, each with its companion). `spells` names the table of a dated fact. `only` is a
        condition on the subject's own row, for slices: `id % 10 = 3`.
        """
        return f"{self._reached(person, available, spells, only)}\n{answered(self)}"

    def ways_sql(
        self,
        *,
        person: str = "person",
        available: Collection[str] | None = None,
        spells: Mapping[str, str] | None = None,
        only: str = "true",
    ) -> str:
        """The query (id, way): which of `results` each row comes to.

        An open row comes to where it would end if no condition that is still open held.
        """
        return f"{self._reached(person, available, spells, only)}\nSELECT id, way FROM reached"

    def _reached(
        self,
        person: str,
        available: Collection[str] | None,
        spells: Mapping[str, str] | None,
        only: str,
    ) -> str:
        layers = Layers(self, person, available, spells or {}, only)
        named = [
            *layers.steps(),
            ("asked", asked(self)),
            ("reached", reached(self)),
        ]
        body = ",\n".join(f"{name} AS (\n  {text}\n)" for name, text in named)
        return f"WITH {body}"


def screening_plan(rules: Rules, variable: str, *, each_path: bool = False) -> ScreeningPlan:
    """The plan of an outcome rule in a month; `each_path`: every path is a result of its own."""
    paths = rules.paths(variable)
    if not isinstance(rules.month, Month):
        raise RuleError(f"{variable}: people are screened for a month, not for {rules.month}")
    if not all(isinstance(path.result, Outcome) for path in paths):
        raise RuleError(f"{variable} has no outcome: only due / not due can be screened")
    key = id if each_path else (lambda r: (r.answer, r.reason, r.cite))
    if each_path:
        paths = [replace(path, result=copy(path.result)) for path in paths]
    tree, results = tree_of(paths, key)
    reads = Columns()
    named: dict[str, Expression] = {}
    for branch in branches(tree):
        condition = branch.condition
        if condition.text not in named:
            named[condition.text] = condition
            reads.need(condition)
    for result in results:
        if isinstance(result.amount, Expression):
            reads.need(result.amount)
    answers = {r.answer: r for r in reversed(results)}
    return ScreeningPlan(
        variable=variable,
        month=rules.month,
        outcomes=tuple(answers[a] for a in dict.fromkeys(r.answer for r in results)),
        columns=_person_columns(reads, rules.vocabulary),
        hulls=_hulls(paths),
        vocabulary=rules.vocabulary,
        reads=reads,
        conditions={f"c{i}": e for i, e in enumerate(named.values())},
        tree=tree,
        results=tuple(results),
    )


def _person_columns(reads: Columns, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = {"id"}
    for person, own in reads.facts.items():
        found |= {fact_column(leaf) for leaf in own.values()} | ({person} if person else set())
    found |= set(reads.exists)
    for use in reads.groups.values():
        relation = vocabulary.relations[use.relation]
        found |= {relation.via} if isinstance(relation, Siblings) else set(relation.via)
        found |= {n for n in (*use.by, use.what, use.among) if isinstance(n, str)}
    return tuple(sorted(found))


def _hulls(paths: list[Path]) -> tuple[tuple[str, str], ...] | None:
    """What must hold of a row's own facts, as far as known, for something to be due at all.

    Per fact the hull of what the granting paths leave: an over-approximation, so nobody is lost.
    """
    granting = [p for p in paths if p.result.status != NOT_DUE]
    if not granting:
        return None
    own: dict[str, Expression] = {}
    for path in granting:
        for condition, _ in path.conditions:
            x, _, _ = bounded(condition, yes=True)
            if x.op == "fact" and x.args[0] == "":
                own[x.text] = x
    tests = []
    for text, leaf in own.items():
        domains = [p.domains.get(text) for p in granting]
        test = _hull(leaf, [d for d in domains if d is not None]) if None not in domains else None
        if test is not None:
            tests.append((fact_column(leaf), test))
    return tuple(tests)


def _hull(leaf: Expression, domains: list[Domain]) -> str | None:
    if all(d.values is not None for d in domains):
        kept = sorted({v for d in domains for v in d.values or ()}, key=str)
        whole = leaf.domain.values if leaf.domain is not None else None
        if whole is not None and len(kept) == len(whole):
            return None
        return f"{{}} IN ({', '.join(map(literal, kept))})"
    low = min(d.bounds[0] for d in domains)
    high = max(d.bounds[1] for d in domains)
    tests = []
    for bound, sign in ((low, ">="), (high, "<=")):
        if abs(bound) == INFINITY or (leaf.domain and bound in leaf.domain.bounds):
            continue
        value = date.fromordinal(int(bound)) if leaf.kind == "date" else int(bound)
        tests.append(f"{{0}} {sign} {literal(value)}")
    return " AND ".join(tests) or None
