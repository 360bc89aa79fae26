"""Many rows in one statement, without an object for each: for the sequencer and the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

_Row = Sequence[Any]
_CHUNK = 10_000


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[_Row]) -> None:
    """Insert rows whose values stand in the order of `columns`."""
    names = ", ".join(_name(model, column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(model._meta.db_table)
    _run(f"INSERT INTO {table} ({names}) VALUES ({places})", model, columns, rows)  # noqa: S608


def update_each(
    model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[_Row]
) -> None:
    """Set `columns` of one row for each given row; its last value is the key's."""
    sets = ", ".join(f"{_name(model, column)} = %s" for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"UPDATE {table} SET {sets} WHERE {_name(model, key)} = %s"  # noqa: S608
    _run(statement, model, (*columns, key), rows)


def select(
    model: type[models.Model], columns: Sequence[str], order: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """All rows as the driver gives them: a uuid is whatever the database calls one."""
    names = ", ".join(_name(model, column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    sorting = "" if order is None else f" ORDER BY {_name(model, order)}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table}{sorting}")  # noqa: S608 - names of fields
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def _run(
    statement: str, model: type[models.Model], columns: Sequence[str], rows: Iterable[_Row]
) -> None:
    ways = [_way(model._meta.get_field(name)) for name in columns]
    written = [list(row) for row in rows]
    for column, way in enumerate(ways):
        if way is not None:
            for row in written:
                if row[column] is not None:
                    row[column] = way(row[column])
    if written:
        with connection.cursor() as cursor:
            cursor.executemany(statement, written)


def _name(model: type[models.Model], field: str) -> str:
    return connection.ops.quote_name(str(model._meta.get_field(field).column))  # type: ignore[union-attr]


def _way(field: Any) -> Callable[[Any], Any] | None:
    """How a value of a field is written; None when the driver takes it as it is."""
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=1024)(connection.ops.adapt_datetimefield_value)
    return None
