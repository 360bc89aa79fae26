"""All rules of one pack, and the same rules under the numbers of one month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import RLock
from types import ModuleType
from typing import Any

from minben.law.deciding import Deciding, Means
from minben.law.decision_table import DecisionTable
from minben.law.errors import RuleError
from minben.law.explorer import MANY_PATHS, Path
from minben.law.finding import Finding
from minben.law.layers import LayeredPlan, layered
from minben.law.parameter_tree import ParameterNode
from minben.law.parameters import Parameters
from minben.law.path_counts import PathPlan, path_plan
from minben.law.periods import Period, around, fitting
from minben.law.reading import facts_read
from minben.law.screening_plan import ScreeningPlan, screening_plan
from minben.law.source_lint import lint
from minben.law.table_scope import Shape, alone, shapes_of
from minben.law.variable import Variable
from minben.law.vocabulary import Family, Vocabulary


class RuleBook:
    """規則集 The variables of a pack, the vocabulary they use, and their parameters."""

    def __init__(
        self,
        variables: Iterable[Variable[Any, Any]],
        *,
        vocabulary: Vocabulary,
        parameters: ParameterNode,
    ) -> None:
        self.variables: dict[str, Variable[Any, Any]] = {}
        for one in variables:
            if one.name in self.variables or one.name in vocabulary.facts:
                raise RuleError(f"two rules or facts are called {one.name}")
            self.variables[one.name] = one
        self.vocabulary, self.parameters = vocabulary, parameters
        self.drawing = RLock()  # one thread explores; what it is at is no circle to another
        self._rules: dict[Period, Rules] = {}

    @classmethod
    def of(
        cls, module: ModuleType, *, vocabulary: Vocabulary, parameters: ParameterNode
    ) -> RuleBook:
        """The rules that a module declares, in its order."""
        found = [v for v in vars(module).values() if isinstance(v, Variable)]
        return cls(dict.fromkeys(found), vocabulary=vocabulary, parameters=parameters)

    def at(self, month: Period) -> Rules:
        """The rules with the numbers in force on the first day of a period; kept once made."""
        if month not in self._rules:
            self._rules.setdefault(month, Rules(self, month))
        return self._rules[month]

    def numbers(self, period: Period) -> Parameters:
        """The numbers in force on the first day of a period."""
        return self.at(period).p


class Rules:
    """當月規則 The rules of a pack in one month (or day, or year)."""

    def __init__(self, book: RuleBook, month: Period) -> None:
        self.book, self.month = book, month
        self.vocabulary = book.vocabulary
        self._paths: dict[str, list[Path]] = {}
        self._alone: dict[str, list[Path]] = {}
        self._shapes: dict[str, dict[str, Shape]] = {}
        self._reads: dict[str, dict[str, tuple[str, ...]]] = {}
        self._plans: dict[str, ScreeningPlan] = {}
        self._path_plans: dict[str, PathPlan] = {}
        self._exploring: list[str] = []
        self._deciding = Deciding(self)

    @cached_property
    def p(self) -> Parameters:
        """The numbers in force on the first day of the period."""
        return Parameters(self.book.parameters, self.month.first_day)

    def variable(self, name: str) -> Variable[Any, Any]:
        """A rule by name; RuleError when there is none, or it is for another kind of period."""
        try:
            found = self.book.variables[name]
        except KeyError:
            raise RuleError(f"no rule called {name!r}") from None
        fitting(name, found.period, self.month)
        return found

    def decide(
        self,
        family: Family,
        *,
        subject: str,
        variable: str,
        shares: Mapping[str, int] | None = None,
        by: Means | None = None,
    ) -> Finding:
        """What a rule says of one person, with reasons, or what must be known first.

        `by` prescribes whether the rules themselves are run or their tables are read; both say
        the same, and without it the quicker is taken. RuleError when the family contradicts the
        vocabulary.
        """
        return self._deciding.decide(
            family, subject=subject, variable=variable, shares=shares or {}, by=by
        )

    def paths(self, variable: str) -> list[Path]:
        """Every feasible path of a rule with all rules it rests on, fact by fact.

        Parameter tables are taken cell by cell, so that each path names one cell.
        """
        if variable not in self._paths:
            self._paths[variable] = self._deciding.paths(variable)
        return self._paths[variable]

    def paths_alone(self, variable: str) -> list[Path]:
        """The paths of one rule by itself: other rules and groups stand there by name."""
        if variable not in self._alone:
            with self.book.drawing:
                self._explore(variable)
        return self._alone[variable]

    def _explore(self, variable: str) -> None:
        if variable in self._alone:  # another thread was quicker
            return
        if variable in self._exploring:
            circle = " → ".join((*self._exploring, variable))
            raise RuleError(f"rules refer to each other: {circle}")
        self._exploring.append(variable)
        try:
            self._alone[variable] = alone(self, self.variable(variable))
        finally:
            self._exploring.pop()

    def shapes(self, variable: str) -> dict[str, Shape]:
        """Kind and possible values of a rule's result."""
        if variable not in self._shapes:
            self._shapes[variable] = shapes_of(variable, self.paths_alone(variable))
        return self._shapes[variable]

    def table(self, variable: str) -> DecisionTable:
        """One rule as a table for readers."""
        return DecisionTable.of(self.variable(variable), self.month, self.paths_alone(variable))

    def check(self) -> list[str]:
        """Read and explore every rule; RuleError for what is refused, warnings for wide ones."""
        for variable in self.book.variables.values():
            lint(variable)
        warnings = []
        for name, variable in self.book.variables.items():
            rules = self.book.at(around(variable.period, self.month))
            rules.shapes(name)
            count = len(rules.paths_alone(name))
            if count > MANY_PATHS:
                warnings.append(
                    f"{name} has {count} paths in {self.month} (more than {MANY_PATHS}):"
                    " give a part of it its own rule"
                )
        return warnings

    def reads(self, variable: str) -> dict[str, tuple[str, ...]]:
        """The facts that a rule can read: of the subject (""), of each parent, of many ("*")."""
        if variable not in self._reads:
            self._reads[variable] = facts_read(self, variable)
        return self._reads[variable]

    def layers(self, *variables: str) -> LayeredPlan:
        """These rules, and all that they rest on, as columns of a whole population."""
        return layered(self.book, self.month, variables)

    def path_plan(self, variable: str) -> PathPlan:
        """The rule as SQL that says the path of each person; RuleError where tables cannot."""
        if variable not in self._path_plans:
            self._path_plans[variable] = path_plan(self, variable)
        return self._path_plans[variable]

    def screening(self, variable: str) -> ScreeningPlan:
        """The rule as SQL over a population; RuleError when SQL cannot say it."""
        if variable not in self._plans:
            self._plans[variable] = screening_plan(self, variable)
        return self._plans[variable]
