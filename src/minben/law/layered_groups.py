# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""Group operations as joins: members counted once per owner, all operations of a group at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from minben.law.errors import RuleError
from minben.law.layers import KEY, Column, GroupColumn
from minben.law.sql_expression import SIGNS, literal
from minben.law.vocabulary import Children, One, Parents, Siblings


class Rows(Protocol):
    """Where the columns of an entity stand below the level that is printed."""

    def rows(self, entity: str, columns: Iterable[str]) -> str:
        """What stands after FROM to read these columns and the key."""

    def may_be_null(self, entity: str, name: str) -> bool:
        """Whether a column can be unknown."""

    def closed(self, entity: str) -> bool:
        """Whether whoever an entity points to has a row."""

    def link(self, entity: str, name: str) -> str | None:
        """The table of (owner, member) of a reference that may be many, None of a plain one."""


@dataclass(frozen=True)
class GroupRows:
    """群組列 One row per owner: its query, how it is joined to `e`, and a text per column."""

    query: str
    on: str
    columns: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]  # columns of `e` that the join and the texts read


def merged(columns: Iterable[Column]) -> list[list[Column]]:
    """The group columns that one pass over the members computes."""
    found: dict[Any, list[Column]] = {}
    for column in columns:
        content = column.content
        if isinstance(content, GroupColumn):
            ranked = content.use if content.use.operation == "rank" else None
            key = (content.relation, content.period, ranked)
            found.setdefault(key, []).append(column)
    return list(found.values())


def group_rows(columns: list[Column], name: str, rows: Rows) -> GroupRows:
    """The rows of operations that `merged` put together; `name` is what they are joined as."""
    first = columns[0].content
    assert isinstance(first, GroupColumn)
    entity, relation = columns[0].entity, first.relation
    needed = list(dict.fromkeys(n for c in columns for n in _needed(c.content)))
    if isinstance(relation, One):
        chosen = _list(f"m.{n}" for n in needed)
        query = f"SELECT m.{KEY} AS owner{chosen} FROM {rows.rows(relation.to, needed)} AS m"
        found = tuple((c.name, _of_the_one(c, name, rows)) for c in columns)
        return GroupRows(
            query, f"{name}.owner = e.{first.via[0]}", found, _own(first, entity, rows)
        )
    if first.use.operation == "rank":
        query = _ranked(columns, relation, rows)
    else:
        chosen = ", ".join(f"{_aggregate(c, rows)} AS {c.name}" for c in columns)
        members = _members(entity, first, needed, rows)
        query = f"SELECT owner, {chosen} FROM {members} AS m GROUP BY owner"
    if isinstance(relation, Siblings) and first.use.operation != "rank":
        on = f"{name}.owner = e.{first.via[0]}"
    else:
        on = f"{name}.owner = e.{KEY}"
    found = tuple((c.name, _seen(c, name, rows)) for c in columns)
    reads = () if isinstance(relation, Children) else _own(first, entity, rows)
    return GroupRows(query, on, found, reads)


def group_may_be_null(column: Column, rows: Rows) -> bool:
    """Whether the result of a group operation can be unknown."""
    content = column.content
    assert isinstance(content, GroupColumn)
    relation, pointing = content.relation, isinstance(content.relation, Parents | One)
    if pointing and not rows.closed(column.entity):
        return True
    if any(rows.may_be_null(relation.to, n) for n in _needed(content)):
        return True
    own = content.via if pointing or isinstance(relation, Siblings) else ()
    return any(rows.may_be_null(column.entity, via) for via in own)


def _needed(content: Any) -> list[str]:
    return [n for n in (content.what, content.among, *content.by) if n is not None]


def _own(content: GroupColumn, entity: str, rows: Rows) -> tuple[str, ...]:
    """The references of one's own, with the columns that say whether they are known."""
    return tuple(
        name
        for via in content.via
        for name in (via, f"{via}__there")
        if name == via or (rows.link(entity, via) is None and rows.may_be_null(entity, via))
    )


def _there(content: GroupColumn, via: str, entity: str, rows: Rows) -> str:
    return f"e.{via}__there" if rows.may_be_null(entity, via) else f"(e.{via} IS NOT NULL)"


def _list(texts: Iterable[str]) -> str:
    return "".join(f", {text}" for text in texts)


def _of_the_one(column: Column, name: str, rows: Rows) -> str:
    content = column.content
    assert isinstance(content, GroupColumn)
    there = _there(content, content.via[0], column.entity, rows)
    value = "1" if content.use.operation == "count" else f"{name}.{content.what}"
    if content.use.operation not in ("count", "the"):
        raise RuleError(
            f"{content.use.text}: there is only one: read it as {content.use.relation}"
        )
    otherwise = f"WHEN NOT {there} THEN" if group_may_be_null(column, rows) else "ELSE"
    return f"CASE WHEN {there} THEN {value} {otherwise} {literal(content.zero)} END"


def _members(entity: str, content: GroupColumn, needed: Iterable[str], rows: Rows) -> str:
    """Owner and members, with the columns that the operations read."""
    relation, chosen = content.relation, _list(f"m.{n}" for n in needed)
    there = rows.rows(
        relation.to, {*needed, *(() if isinstance(relation, Parents) else content.via)}
    )
    if isinstance(relation, Parents):
        parts = []
        for via in content.via:
            pairs = rows.link(entity, via)
            if pairs is None:
                pairs = (
                    f"(SELECT {KEY} AS owner, {via} AS member FROM {rows.rows(entity, [via])} AS o"
                    f" WHERE {via} IS NOT NULL)"
                )
            parts.append(
                f"SELECT l.owner AS owner{chosen} FROM {pairs} AS l"
                f" LEFT JOIN {there} AS m ON m.{KEY} = l.member"
            )
        return f"({' UNION ALL '.join(parts)})"
    parts = []
    for place, via in enumerate(content.via):
        pairs = rows.link(relation.to, via)
        if pairs is not None:
            if isinstance(relation, Siblings):
                raise RuleError(
                    f"{content.use.text}: who shares one of several is not in reach of SQL"
                )
            parts.append(
                f"SELECT l.member AS owner{chosen} FROM {pairs} AS l"
                f" JOIN {there} AS m ON m.{KEY} = l.owner"
            )
            continue
        once = "".join(f" AND m.{via} IS DISTINCT FROM m.{v}" for v in content.via[:place])
        parts.append(
            f"SELECT m.{via} AS owner{chosen} FROM {there} AS m WHERE m.{via} IS NOT NULL{once}"
        )
    return f"({' UNION ALL '.join(parts)})"


def _ranked(columns: list[Column], relation: Any, rows: Rows) -> str:
    content = columns[0].content
    assert isinstance(content, GroupColumn)
    if not isinstance(relation, Siblings):
        raise RuleError(f"{content.use.text}: a place is among those that share one with me")
    via, needed = content.via[0], _needed(content)
    order = ", ".join((*content.by, KEY))
    before = (
        f"PARTITION BY {via} ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    )
    counted = "1" if content.among is None else f"CASE WHEN {content.among} THEN 1 ELSE 0 END"
    place = f"1 + CAST(coalesce(sum({counted}) OVER ({before}), 0) AS BIGINT)"
    open_ = [n for n in needed if rows.may_be_null(relation.to, n)]
    if open_:
        unknown = " OR ".join(f"{n} IS NULL" for n in open_)
        place = (
            f"CASE WHEN bool_or({unknown}) OVER (PARTITION BY {via}) THEN NULL ELSE {place} END"
        )
    source = rows.rows(relation.to, [via, *needed])
    return (
        f"SELECT {KEY} AS owner, {place} AS {columns[0].name} FROM {source} AS m"
        f" WHERE {via} IS NOT NULL"
    )


def _aggregate(column: Column, rows: Rows) -> str:
    content = column.content
    assert isinstance(content, GroupColumn)
    use, to = content.use, content.relation.to
    # a parent that is not listed is not known
    outer = isinstance(content.relation, Parents) and not rows.closed(column.entity)
    what_open = content.what is not None and (outer or rows.may_be_null(to, content.what))
    among_open = content.among is not None and (outer or rows.may_be_null(to, content.among))
    if use.operation == "any":
        holds = str(content.what)
        if use.compare is not None:
            op, bound = use.compare
            holds = f"({holds} {SIGNS[op]} {literal(bound)})"
        if content.among is not None:
            holds = f"({content.among} AND {holds})"
        if not (what_open or among_open):
            return f"bool_or({holds})"
        return (
            f"CASE WHEN bool_or({holds}) THEN true WHEN bool_or({holds} IS NULL) THEN NULL"
            " ELSE false END"
        )
    chosen = "" if content.among is None else f" FILTER (WHERE {content.among})"
    if use.operation == "count":
        text, open_ = f"count(*){chosen}", f"{content.among} IS NULL" if among_open else ""
    else:
        function = {"total": "sum", "most": "max", "least": "min"}[use.operation]
        text = f"{function}({content.what}){chosen}"
        text = f"coalesce({f'CAST({text} AS BIGINT)' if function == 'sum' else text}, 0)"
        tests = [f"{content.among} IS NULL"] if among_open else []
        if what_open:
            own = f"{content.what} IS NULL"
            tests.append(own if content.among is None else f"({content.among} AND {own})")
        open_ = " OR ".join(tests)
    return f"CASE WHEN bool_or({open_}) THEN NULL ELSE {text} END" if open_ else text


def _seen(column: Column, name: str, rows: Rows) -> str:
    """The result in the row of its owner: also where there are no members, or nobody knows."""
    content = column.content
    assert isinstance(content, GroupColumn)
    relation, zero = content.relation, literal(content.zero)
    value = f"CASE WHEN {name}.owner IS NULL THEN {zero} ELSE {name}.{column.name} END"
    if isinstance(relation, Children):
        return value
    open_vias = [v for v in content.via if rows.may_be_null(column.entity, v)]
    if not open_vias:
        return value
    if isinstance(relation, Siblings):
        there = f"e.{content.via[0]}__there"
        return f"CASE WHEN {there} THEN {value} WHEN NOT {there} THEN {zero} END"
    flags = [v if rows.link(column.entity, v) else f"{v}__there" for v in open_vias]
    unknown = " OR ".join(f"e.{flag} IS NULL" for flag in flags)
    if content.use.operation == "any":
        return (
            f"CASE WHEN {name}.{column.name} THEN true WHEN {unknown} THEN NULL ELSE {value} END"
        )
    return f"CASE WHEN {unknown} THEN NULL ELSE {value} END"
