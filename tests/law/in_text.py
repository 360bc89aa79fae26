"""Small tables as text, so that one SQL text runs on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minben.law.sql_expression import literal

KINDS = {"int": "BIGINT", "bool": "BOOLEAN", "text": "STRING", "date": "DATE", "person": "STRING"}


def in_text(columns: Mapping[str, str], rows: Iterable[Iterable[Any]]) -> str:
    """What stands after FROM for these rows; `columns` says the kind of each."""
    typed = ", ".join(f"CAST({name} AS {KINDS[kind]}) AS {name}" for name, kind in columns.items())
    told = [f"({', '.join(_written(v) for v in row)})" for row in rows]
    there = "" if told else " WHERE false"
    told = told or [f"({', '.join(['NULL'] * len(columns))})"]
    return f"(SELECT {typed} FROM (VALUES {', '.join(told)}) AS t({', '.join(columns)}){there})"


def spells_in_text(kind: str, rows: Iterable[Iterable[Any]]) -> str:
    """A table of spells."""
    return in_text({"person": "text", "value": kind, "starts_on": "date", "ends_on": "date"}, rows)


def _written(value: Any) -> str:
    return "NULL" if value is None else literal(value)
