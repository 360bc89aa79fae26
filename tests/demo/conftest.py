"""One small town, made once."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minben.demo.town import generate

PEOPLE = 2_000
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    generate.write(people=PEOPLE, folder=folder)
    return folder


@pytest.fixture(scope="session")
def ask(town: Path) -> Ask:
    """Ask an agency's own tables: ask("tax", "SELECT …")."""

    def rows(agency: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
        store = sqlite3.connect(town / "agencies" / agency / "data.sqlite3")
        try:
            return store.execute(sql, values).fetchall()
        finally:
            store.close()

    return rows
