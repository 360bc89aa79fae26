# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""Group operations in SQL: places and counts by their lowest and highest value."""

from __future__ import annotations

from minben.law.entity import GroupUse
from minben.law.sql_expression import SIGNS, literal
from minben.law.vocabulary import MOST_MEMBERS, FactType


def group_sql(members: str, use: GroupUse, declared: FactType | None) -> str:
    """One row per subject that has members, from a layer (owner, member, facts of the member).

    `declared` is the fact that is added up or compared; its bounds hold where it is unknown.
    """
    if use.operation == "rank":
        before = "o.member < me.member"
        for fact in reversed(use.by):
            before = f"(o.{fact} < me.{fact} OR (o.{fact} = me.{fact} AND {before}))"
        if use.among is not None:
            before = f"({before} AND o.{use.among})"
        return (
            f"SELECT me.owner AS owner, 1 + count(*) FILTER (WHERE {before}) AS low,"
            f" 1 + count(*) FILTER (WHERE ({before}) IS NOT FALSE) AS high\n"
            f"  FROM {members} AS o JOIN {members} AS me"
            " ON me.owner = o.owner AND me.member = me.owner AND o.member <> o.owner"
            " GROUP BY me.owner"
        )
    among = "true" if use.among is None else str(use.among)
    if use.operation == "count":
        chosen = (
            f"count(*) FILTER (WHERE {among}) AS low,"
            f" count(*) FILTER (WHERE ({among}) IS NOT FALSE) AS high"
        )
    elif use.operation == "any":
        holds = str(use.what)
        if use.compare is not None:
            op, bound = use.compare
            holds = f"{holds} {SIGNS[op]} {literal(bound)}"
        holds = f"({among} AND {holds})" if use.among is not None else f"({holds})"
        chosen = (
            f"CASE WHEN count(*) FILTER (WHERE {holds}) > 0 THEN true"
            f" WHEN count(*) FILTER (WHERE {holds} IS NULL) > 0 THEN NULL ELSE false END AS value"
        )
    else:
        assert declared is not None
        chosen = ", ".join(
            f"{_bound_of(use, declared.low if end == 'low' else declared.high, among)} AS {end}"
            for end in ("low", "high")
        )
    return f"SELECT owner, {chosen}\n  FROM {members} AS o GROUP BY owner"


def _bound_of(use: GroupUse, bound: int | None, among: str) -> str:
    """The lowest or highest that most, least or total can be; NULL when it has no bound."""
    value = str(use.what) if bound is None else f"coalesce({use.what}, {bound})"
    counted = value if use.among is None else f"CASE WHEN {among} THEN {value} END"
    function = {"most": "max", "least": "min", "total": "sum"}[use.operation]
    open_ = f"({among}) IS NULL OR ({among} AND {value} IS NULL)"
    return (
        f"CASE WHEN count(*) FILTER (WHERE {open_}) = 0"
        f" THEN coalesce({function}({counted}), 0) END"
    )


def seen_group(name: str, use: GroupUse, there: str) -> list[str]:
    """The columns of a group in the row of its subject; `there`: whether the group exists."""
    if use.kind == "int":
        alone = 1 if use.operation == "rank" else 0
        most = MOST_MEMBERS if use.operation in ("rank", "count") else "NULL"
        least = 0 if use.operation in ("rank", "count") else "NULL"
        return [
            f"CASE WHEN {there} AND {name}.owner IS NOT NULL THEN {name}.{end}"
            f" WHEN {there} THEN {alone} WHEN NOT {there} THEN 0 ELSE {far} END AS {name}_{end}"
            for end, far in (("low", least), ("high", most))
        ]
    missing = f"{name}.owner IS NULL"
    return [
        f"CASE WHEN NOT {there} OR ({there} AND {missing}) THEN false"
        f" WHEN {there} THEN {name}.value END AS {name}"
    ]
