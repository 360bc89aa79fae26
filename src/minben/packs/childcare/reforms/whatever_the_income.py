# 所得條件全免（示例） No test of income (example)
"""One rule in place of another: the rest of the law stays as it is."""

from __future__ import annotations

from minben.base.month import Month
from minben.facts.person import Person
from minben.law import MONTH, Parameters, variable


@variable(entity=Person, period=MONTH, cite="design")
def income_ok(child: Person, month: Month, p: Parameters) -> bool:
    """通過所得條件 Everybody does."""
    return True
