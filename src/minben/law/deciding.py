"""One decision, by the cheapest of three means that say the same.

The rules themselves, run as they are written, are the meaning. Their tables are quicker: with
everything known they are a Python function (`table_case`), else the open ways are walked along
them (`walking`). Drawing a month's tables costs as much as some passes through the rules, so the
first decisions of a month are made by the rules. What tables cannot hold (rules over family
trees, other periods) is always decided by the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from minben.law.case import Case, decide_paths
from minben.law.conclusion import Nobody, Reads, finding_of, known_finding
from minben.law.errors import RuleError, TooManyPaths
from minben.law.explorer import MOST_PATHS, Path
from minben.law.finding import Finding
from minben.law.rule_tree import RuleTree
from minben.law.table_case import Missing, RuleTables, TableCase
from minben.law.told import told_step
from minben.law.trace import step_of
from minben.law.vocabulary import Family
from minben.law.walking import WalkingCase

if TYPE_CHECKING:
    from minben.law.rulebook import Rules

Means = Literal["rules", "tables"]
PASSES_WORTH_A_TABLE: Final = 60


class Deciding:
    """決定方式 How the rules of one month decide, and how often they have."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.tables = RuleTables(
            lambda name: RuleTree.of(rules.variable(name), rules.paths_alone(name))
        )
        self._passes = 0
        self._drawn: set[str] = set()
        self._undrawn: set[str] = set()

    def decide(
        self,
        family: Family,
        *,
        subject: str,
        variable: str,
        shares: Mapping[str, int],
        by: Means | None = None,
    ) -> Finding:
        """What a rule says of one person; `by` prescribes the means."""
        ask = _Asked(family, subject, variable, shares, partial(self.rules.reads, variable))
        drawable = variable not in self._undrawn
        if by == "rules" or not drawable:
            return self._by_rules(ask, MOST_PATHS)
        if by is None and self._passes < PASSES_WORTH_A_TABLE:
            try:
                finding = self._by_rules(ask, PASSES_WORTH_A_TABLE)
                self._passes += finding.paths
                return finding
            except TooManyPaths:
                self._passes = PASSES_WORTH_A_TABLE
        if variable not in self._drawn and not self._draw(variable):
            return self._by_rules(ask, MOST_PATHS)
        try:
            return self._by_tables(ask)
        except RuleError:  # a family that contradicts the vocabulary: the rules say it in words
            return self._by_rules(ask, MOST_PATHS)

    def paths(self, variable: str) -> list[Path]:
        """Every feasible path of a rule with all rules below it, of a person of whom nothing is
        known; each has its `Way` as frame where tables can be drawn.
        """
        about = self._about(Nobody())
        if variable in self._drawn or (variable not in self._undrawn and self._draw(variable)):
            walker = WalkingCase(*about, tables=self.tables, assume=False)
            return walker.paths(variable, "", limit=MOST_PATHS)
        book = self.rules.book
        case = Case(*about, assume=False, numbers=book.numbers, bodies=book.variables)
        return decide_paths(case, self.rules.variable(variable), "")

    def _draw(self, variable: str) -> bool:
        """Draw a rule's table and those of all rules below it; False when that cannot be done."""
        waiting, seen = [variable], {variable}
        try:
            with self.rules.book.drawing:
                while waiting:
                    for end in self.tables[waiting.pop()].tree.ends:
                        waiting += [call for call in end.calls if call not in seen]
                        seen.update(end.calls)
        except RuleError:
            self._undrawn.add(variable)
            return False
        self._drawn |= seen
        return True

    def _about(self, family: Family) -> tuple[Any, ...]:
        return self.rules.vocabulary, family, self.rules.month, self.rules.p

    def _by_rules(self, ask: _Asked, limit: int) -> Finding:
        book = self.rules.book
        case = Case(*self._about(ask.family), numbers=book.numbers, bodies=book.variables)
        paths = decide_paths(case, self.rules.variable(ask.variable), ask.subject, limit=limit)
        frame = paths[-1].frame
        return finding_of(
            case, ask.subject, paths, ask.shares, ask.reads, step=lambda: step_of(frame)
        )

    def _by_tables(self, ask: _Asked) -> Finding:
        variables = self.rules.book.variables
        case = TableCase(*self._about(ask.family), tables=self.tables)
        try:
            result = case.decided(ask.variable, ask.subject)
        except Missing:
            return self._by_walking(ask)
        step = partial(told_step, case.known, variables, ask.variable, ask.subject)
        return known_finding(case, ask.subject, result, ask.reads, step=step)

    def _by_walking(self, ask: _Asked) -> Finding:
        variables = self.rules.book.variables
        case = WalkingCase(*self._about(ask.family), tables=self.tables)
        paths = case.paths(ask.variable, ask.subject, limit=MOST_PATHS)
        step = partial(told_step, case.about, variables, ask.variable, ask.subject)
        return finding_of(case, ask.subject, paths, ask.shares, ask.reads, step=step)


@dataclass(frozen=True, slots=True)
class _Asked:
    family: Family
    subject: str
    variable: str
    shares: Mapping[str, int]
    reads: Reads
