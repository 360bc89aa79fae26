"""The whole town, in slices: for agencies' SQLite tables, or Parquet for a nation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from minben.demo.town import kin, lives, named, national
from minben.demo.town.draws import MACROS, Draws
from minben.demo.town.numbers import CAPACITY
from minben.demo.town.tables import TABLES, Table
from minben.demo.town.townships import buckets

LIVES_ON = date(2022, 9, 15)  # the day the demo town lives on
SLICE = 16_384  # kin groups made at a time; changing it changes nobody
MOST_IN_SQLITE = 200_000
MEMORY = "1500MB"


@dataclass(frozen=True, slots=True)
class Seeded:
    """播種結果 What was written: how many people and which files."""

    people: int
    files: tuple[Path, ...]


def write(
    *,
    people: int,
    folder: Path,
    seed: int = 1,
    on: date = LIVES_ON,
    parquet: bool | None = None,
    threads: int | None = None,
) -> Seeded:
    """Make the town of so many people; the same rows whatever the threads.

    Below 200,001 people each agency's `agencies/<key>/data.sqlite3` is made anew; above, or with
    `parquet`, `person.parquet` and `register.parquet`. The named residents are always among
    them. ValueError when the numbers would not suffice or not even the named residents fit.
    """
    least = len(named.rows())
    if not least <= people <= CAPACITY:
        raise ValueError(f"the town has between {least} and {CAPACITY:,} people, not {people:,}")
    folder.mkdir(parents=True, exist_ok=True)
    as_parquet = people > MOST_IN_SQLITE if parquet is None else parquet
    with duckdb.connect() as connection:
        prepare(connection, folder, threads)
        slices = _slices(connection, Draws(seed), people, on)
        files = (
            national.write(connection, slices, folder, on)
            if as_parquet
            else _write_agencies(connection, slices, folder)
        )
    return Seeded(people, tuple(files))


def prepare(connection: duckdb.DuckDBPyConnection, folder: Path, threads: int | None) -> None:
    """Make a connection ready to draw: memory limit, spill folder, the hash, the townships."""
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute("SET temp_directory = ?", [str(folder / ".spill")])
    if threads is not None:
        connection.execute(f"SET threads = {threads}")
    for macro in MACROS:
        connection.execute(macro)
    connection.execute(
        "CREATE TEMP TABLE town_bucket AS SELECT i - 1 AS bucket, codes[i] AS code "
        "FROM (SELECT ? AS codes), range(1, len(codes) + 1) AS r (i)",
        [list(buckets())],
    )


def _slices(
    connection: duckdb.DuckDBPyConnection, draws: Draws, people: int, on: date
) -> Iterator[int]:
    """Make `resident` slice by slice; each step tells how many people there are so far."""
    named_rows = named.rows()
    made, first, step = len(named_rows), 0, min(SLICE, people // 24 + 16)
    while first == 0 or made < people:
        for statement in kin.statements(draws, first, first + step, on):
            connection.execute(statement)
        for statement in lives.statements(draws, made, people, on):
            connection.execute(statement)
        made += _count(connection)
        if first == 0:
            _add(connection, named_rows)
        yield made
        first += step


def _add(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(
            f"INSERT INTO resident ({names}) VALUES ({marks})",  # noqa: S608 names are ours
            list(row.values()),
        )


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM resident").fetchall()[0]
    return int(count)


def _write_agencies(
    connection: duckdb.DuckDBPyConnection, slices: Iterator[int], folder: Path
) -> list[Path]:
    stores: dict[str, sqlite3.Connection] = {}
    paths = {table.agency: folder / "agencies" / table.agency / "data.sqlite3" for table in TABLES}
    for agency, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        stores[agency] = sqlite3.connect(path)
    try:
        for table in TABLES:
            stores[table.agency].execute(f"DROP TABLE IF EXISTS {table.name}")
            stores[table.agency].execute(table.create)
        for _ in slices:
            for table in TABLES:
                _fill(connection, stores[table.agency], table)
        for table in TABLES:
            for column in table.indexes:
                name = f"{table.name}_by_{column}"
                stores[table.agency].execute(f"CREATE INDEX {name} ON {table.name} ({column})")
        for store in stores.values():
            store.commit()
    finally:
        for store in stores.values():
            store.close()
    return list(paths.values())


def _fill(connection: duckdb.DuckDBPyConnection, store: sqlite3.Connection, table: Table) -> None:
    marks = ", ".join("?" for _ in table.columns)
    found = connection.execute(table.rows)
    while rows := found.fetchmany(5_000):
        written = ([_plain(value) for value in row] for row in rows)
        store.executemany(f"INSERT INTO {table.name} VALUES ({marks})", written)  # noqa: S608


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
