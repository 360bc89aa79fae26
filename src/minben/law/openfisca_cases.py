"""Cases in OpenFisca's YAML test format, read as they are written.

`name`, `period`, `input`, `output`, `absolute_error_margin`, `relative_error_margin`, `keywords`,
`reforms` and `parameters` of the case; persons and groups by name or, where there is one kind of
row only, variables at once (a list gives as many rows). Numbers may be written as sums:
`600 - 200 / 12`. Nothing is a float: numbers are exact fractions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from minben.law.parameter_file import ParameterError, read_yaml
from minben.law.periods import Period, read_period

Exact = Fraction | bool | str | date


@dataclass(frozen=True)
class GroupEntity:
    """群體 A group entity as cases name it: `household`, `households`, and the words for roles."""

    key: str
    plural: str
    roles: Mapping[str, str]  # "adults" → "adult"


@dataclass(frozen=True)
class Given:
    """所與值 A variable of one row in one period, given or expected."""

    row: str
    variable: str
    period: Period
    value: Exact


@dataclass(frozen=True)
class WrittenCase:
    """測試案例 One case: its rows, who belongs where, what is given and what must come out."""

    name: str
    rows: Mapping[str, tuple[str, ...]]  # entity → names
    members: tuple[tuple[str, str, str, str], ...]  # (person, entity, group, role)
    given: tuple[Given, ...]
    expected: tuple[Given, ...]
    absolute_margin: Fraction | None = None
    relative_margin: Fraction | None = None
    keywords: tuple[str, ...] = ()
    reforms: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def meets(self, expected: Given, value: Exact) -> bool:
        """Whether a computed value is the one expected, within the margins of the case."""
        wanted = expected.value
        if not isinstance(wanted, Fraction) or isinstance(value, str | date):
            return wanted == value
        off = abs(Fraction(value) - wanted)
        if self.relative_margin is not None and off > abs(self.relative_margin * wanted):
            return False
        if self.absolute_margin is None and self.relative_margin is not None:
            return True
        return off <= (self.absolute_margin or 0)


EntityOf = Callable[[str], str]
_WORDS: Final = frozenset(
    (
        "name",
        "description",
        "period",
        "input",
        "output",
        "absolute_error_margin",
        "relative_error_margin",
        "keywords",
        "reforms",
        "parameters",
    )
)


def read_cases(
    text: str, *, file: str, person: str, groups: tuple[GroupEntity, ...], entity_of: EntityOf
) -> list[WrittenCase]:
    """All cases of one file; `entity_of` says to which entity a variable belongs.

    ParameterError names the file and the case that cannot be read.
    """
    content = read_yaml(text, file)
    reader = _Reader(file, person, groups, entity_of)
    return [reader.case(one) for one in (content if isinstance(content, list) else [content])]


class _Reader:
    def __init__(
        self, file: str, person: str, groups: tuple[GroupEntity, ...], entity_of: EntityOf
    ) -> None:
        self.file, self.person, self.groups, self.entity_of = file, person, groups, entity_of

    def case(self, content: Any) -> WrittenCase:
        if not isinstance(content, Mapping) or "output" not in content:
            raise ParameterError(f"{self.file}: a case has at least `period` and `output`")
        name = str(content.get("name", self.file))
        strange = sorted(str(k) for k in content if k not in _WORDS)
        if strange:
            raise ParameterError(f"{self.file}: {name}: {strange[0]!r} is not known here")
        period = _period(content.get("period"), f"{self.file}: {name}")
        given = content.get("input") or {}
        rows, members = self._rows(given)
        reforms = content.get("reforms") or ()
        return WrittenCase(
            name=name,
            rows=rows,
            members=members,
            given=tuple(self._values(given, rows, period)),
            expected=tuple(self._values(content["output"], rows, period)),
            absolute_margin=_margin(content.get("absolute_error_margin")),
            relative_margin=_margin(content.get("relative_error_margin")),
            keywords=tuple(map(str, content.get("keywords") or ())),
            reforms=(reforms,) if isinstance(reforms, str) else tuple(map(str, reforms)),
            parameters=content.get("parameters") or {},
        )

    def _rows(
        self, given: Mapping[str, Any]
    ) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str, str, str], ...]]:
        """The rows of each entity, and the members of the groups."""
        named = given.get(f"{self.person}s")
        if named is not None:
            persons = tuple(map(str, named))
        else:
            lists = [len(v) for v in given.values() if isinstance(v, list)]
            persons = tuple(f"{self.person}_{i}" for i in range(max(lists, default=1)))
        rows, members = {self.person: persons}, []
        for group in self.groups:
            described = self._described(group, given)
            if described is None:
                described = {
                    f"{group.key}_{i}": {next(iter(group.roles)): [one]}
                    for i, one in enumerate(persons)
                }
            rows[group.key] = tuple(described)
            for key, content in described.items():
                for word, role in group.roles.items():
                    for one in content.get(word) or ():
                        members.append((str(one), group.key, key, role))
        return rows, tuple(members)

    def _described(self, group: GroupEntity, given: Mapping[str, Any]) -> dict[str, Any] | None:
        if group.key in given:
            return {group.key: given[group.key]}
        found = given.get(group.plural)
        return None if found is None else {str(k): v for k, v in found.items()}

    def _values(
        self, content: Mapping[str, Any], rows: Mapping[str, tuple[str, ...]], period: Period
    ) -> Iterator[Given]:
        words = {f"{self.person}s"} | {w for g in self.groups for w in (g.key, g.plural)}
        for name, value in content.items():
            if name not in words:
                for row, one in self._spread(name, value, rows):
                    yield from _dated(row, name, one, period)
        for name in words & set(content):
            single = name if name in {g.key for g in self.groups} else None
            named = {single: content[name]} if single else content[name]
            for row, variables in named.items():
                roles = {w for g in self.groups for w in g.roles}
                for variable, value in variables.items():
                    if variable not in roles:
                        yield from _dated(str(row), variable, value, period)

    def _spread(
        self, name: str, value: Any, rows: Mapping[str, tuple[str, ...]]
    ) -> Iterator[tuple[str, Any]]:
        those = rows[self.entity_of(name)]
        if not isinstance(value, list):
            yield from ((row, value) for row in those)
            return
        if len(value) != len(those):
            raise ParameterError(f"{self.file}: {name}: {len(value)} values for {len(those)} rows")
        yield from zip(those, value, strict=True)


def _dated(row: str, variable: str, value: Any, period: Period) -> Iterator[Given]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield Given(row, variable, _period(key, variable), exact(one))
    else:
        yield Given(row, variable, period, exact(value))


def _period(written: Any, where: str) -> Period:
    try:
        return read_period(str(written).lower())
    except ValueError:
        raise ParameterError(f"{where}: {written!r} is no period: write 2017 or 2017-01") from None


def _margin(written: Any) -> Fraction | None:
    return None if written is None else Fraction(written)


def exact(written: Any) -> Exact:
    """A value as it is written; a text that is a sum of numbers is its result."""
    if isinstance(written, bool | date):
        return written
    if isinstance(written, str):
        try:
            return _result(ast.parse(written, mode="eval").body, written)
        except (SyntaxError, ValueError):
            return written
    return Fraction(written)


_OPERATIONS: Final[dict[type, Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _result(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_result(node.left, text), _result(node.right, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_result(node.operand, text)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(ast.get_source_segment(text, node) or "0")
    raise ValueError(text)
