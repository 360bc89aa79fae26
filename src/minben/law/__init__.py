"""The law engine: rules as plain Python, run five ways. Start with README.md.

What a rule author needs stands here; what runs the rules stands in `rulebook`.
"""

from minben.law.days import days_after, days_between, month_index
from minben.law.entity import Entity, Group
from minben.law.errors import RuleError
from minben.law.expression import least, most, named, where
from minben.law.outcome import Outcome, due, not_due
from minben.law.parameters import Parameters
from minben.law.periods import DAY, ETERNITY, MONTH, YEAR, Day, Year, past
from minben.law.variable import Variable, variable

__all__ = [
    "DAY",
    "ETERNITY",
    "MONTH",
    "YEAR",
    "Day",
    "Entity",
    "Group",
    "Outcome",
    "Parameters",
    "RuleError",
    "Variable",
    "Year",
    "days_after",
    "days_between",
    "due",
    "least",
    "month_index",
    "most",
    "named",
    "not_due",
    "past",
    "variable",
    "where",
]
