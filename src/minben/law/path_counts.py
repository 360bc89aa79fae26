"""How many people are on each path: of the whole decision, and of every rule it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minben.law.errors import RuleError
from minben.law.screening_plan import ScreeningPlan, screening_plan
from minben.law.walking import Way

if TYPE_CHECKING:
    from minben.law.rulebook import Rules

Counted = tuple[int, int]
"""People decided on a path, and people who are there if no condition still open holds."""


@dataclass(frozen=True)
class PathPlan:
    """路徑人數計畫 A decision whose SQL (`plan.ways_sql`) says the path of each person.

    `passed`: per path of the whole decision, the rules asked about the person concerned and the
    number of the row of each rule's own table.
    """

    plan: ScreeningPlan
    passed: tuple[Mapping[str, int], ...]

    def by_rule(self, ways: Iterable[tuple[int, int, int]]) -> dict[str, dict[int, Counted]]:
        """Per rule and row of its table, from (way, people decided, people open)."""
        found: dict[str, dict[int, Counted]] = {}
        for way, decided, still_open in ways:
            for rule, row in self.passed[way].items():
                before = found.setdefault(rule, {}).get(row, (0, 0))
                found[rule][row] = (before[0] + decided, before[1] + still_open)
        return found


def path_plan(rules: Rules, variable: str) -> PathPlan:
    """The plan of a rule; RuleError where its paths cannot be followed through tables."""
    passed = []
    for path in rules.paths(variable):
        if not isinstance(path.frame, Way):
            raise RuleError(f"{variable}: its paths are known to the rule itself only")
        passed.append({name: row for (name, who), row in path.frame.ends.items() if not who})
    return PathPlan(screening_plan(rules, variable, each_path=True), tuple(passed))
