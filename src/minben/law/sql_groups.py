# ruff: noqa: S608 — the text is made of declared names and escaped constants, never of input
"""Group operations in SQL: places and counts by their lowest and highest value."""

from __future__ import annotations

from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.sql_expression import SIGNS, literal
from minben.law.vocabulary import MOST_MEMBERS


def group_sql(members: str, use: GroupUse) -> str:
    """One row per subject that has members, from a layer (owner, member, facts of the member)."""
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
        function = {"most": "max", "least": "min", "total": "sum"}.get(use.operation)
        if function is None:
            raise RuleError(f"no SQL for {use.operation}")
        counted = f"CASE WHEN {among} THEN {use.what} END"
        chosen = (
            f"CASE WHEN count(*) FILTER (WHERE ({among}) IS NULL OR"
            f" ({among} AND {use.what} IS NULL)) = 0"
            f" THEN coalesce({function}({counted}), 0) END AS value"
        )
    return f"SELECT owner, {chosen}\n  FROM {members} AS o GROUP BY owner"


def seen_group(name: str, use: GroupUse, there: str) -> list[str]:
    """The columns of a group in the row of its subject; `there`: whether the group exists."""
    if use.operation in ("rank", "count"):
        alone = 1 if use.operation == "rank" else 0
        return [
            f"CASE WHEN {there} THEN coalesce({name}.low, {alone}) ELSE 0 END AS {name}_low",
            f"CASE WHEN {there} THEN coalesce({name}.high, {alone}) WHEN NOT {there} THEN 0"
            f" ELSE {MOST_MEMBERS} END AS {name}_high",
        ]
    nothing = "false" if use.operation == "any" else "0"
    missing = f"{name}.owner IS NULL"
    return [
        f"CASE WHEN NOT {there} OR ({there} AND {missing}) THEN {nothing}"
        f" WHEN {there} THEN {name}.value END AS {name}"
    ]
