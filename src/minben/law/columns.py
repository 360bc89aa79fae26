"""How facts and groups are called as columns of the screening's own layers."""

from __future__ import annotations

from dataclasses import dataclass, field

from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.expression import Expression, leaves


@dataclass
class Columns:
    """欄位 The columns that a set of expressions needs, per person around the subject.

    `facts` maps a relative ("" is the subject, "mother", "father") to column → leaf.
    """

    facts: dict[str, dict[str, Expression]] = field(default_factory=dict)
    exists: dict[str, Expression] = field(default_factory=dict)
    groups: dict[str, GroupUse] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def need(self, e: Expression) -> None:
        """Make room for everything that an expression reads."""
        for leaf in leaves(e).values():
            if not leaf.known:
                self(leaf)

    def __call__(self, leaf: Expression) -> str:
        """The column of a leaf."""
        name = self._names.get(leaf.text)
        if name is None:
            name = self._names[leaf.text] = self._place(leaf)
        return name

    def _place(self, leaf: Expression) -> str:
        person = str(leaf.args[0])
        if "." in person:
            raise RuleError(f"{leaf}: only the subject and its parents are in reach of SQL")
        if leaf.op == "group":
            if person:
                raise RuleError(f"{leaf}: a parent's own groups are not in reach of SQL")
            name = f"group_{len(self.groups) + 1}"
            self.groups[name] = leaf.args[1]
            return name
        if leaf.op == "exists":
            self.exists[leaf.args[1]] = leaf
            return f"{leaf.args[1]}__exists"
        own = fact_column(leaf)
        self.facts.setdefault(person, {})[own] = leaf
        return f"{person}__{own}" if person else own


def fact_column(leaf: Expression) -> str:
    """The column of a fact in the person table: `care`, `care_days_public`, `care_started_on`."""
    fact = str(leaf.args[1])
    if leaf.op == "days":
        value = str(leaf.args[2]).lower()
        return f"{fact}_days_{value}"
    return f"{fact}_started_on" if leaf.op == "started" else fact
