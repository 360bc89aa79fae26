"""Months pass against the running platform: money leaves, a child is born, another turns two."""

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from minben.base.identifiers import national_id
from minben.demo.agencies.changes import register_birth
from minben.demo.stage import set_up

FOUND_WITHIN = 240.0  # seconds, for the first search among 300 people


@pytest.mark.slow
def test_two_months_pay_review_the_second_birthday_and_find_a_newborn(tmp_path: Path) -> None:
    """The low-income child of the town turns two on 2024-05-18; a sister is born in April."""
    with set_up(tmp_path, today="2024-04-15", people=300) as stage:
        low = _family(tmp_path, "low-income-mother")
        _await(lambda: _rows(tmp_path, "SELECT 1 FROM cases_case WHERE channel = 'mandate'"))
        _await(lambda: not _due(tmp_path))
        register_birth(
            tmp_path / "agencies",
            number=national_id(letter="Y", sex=2, serial=9_999_990),
            mother=low["low-income-mother"],
            father=low["low-income-father"],
            on=date(2024, 4, 15),
        )
        _await(lambda: _rows(tmp_path, "SELECT 1 FROM exchange_push"))
        done = stage.run("minben", "demo", "advance", "--months", "2")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("dead 0") == 3

    runs = _rows(tmp_path, "SELECT month, acknowledged_at FROM ledger_paymentrun ORDER BY id")
    assert [month for month, _ in runs] == ["2024-04", "2024-05"]
    assert all(acknowledged for _, acknowledged in runs)
    schemes = """
        SELECT d.since, d.scheme, d.amount FROM cases_casedecision d JOIN cases_case c
        ON c.id = d.case_id WHERE c.channel = 'mandate' ORDER BY c.id, d.id
    """
    decided = _rows(tmp_path, schemes)
    assert ("2024-06", "allowance_from_two", 5000) in decided  # from the month after the birthday
    assert ("2024-04", "allowance", 6000) in decided  # the newborn is the second child
    paid = _rows(
        tmp_path, "SELECT month, count(*) FROM ledger_payment WHERE paid_on > '' GROUP BY 1"
    )
    assert dict(paid)["2024-05"] >= 2
    told = "SELECT text FROM cases_caseevent WHERE what = 'reopened'"
    assert any("a child joined the family" in str(text) for (text,) in _rows(tmp_path, told))


def _family(folder: Path, key: str) -> dict[str, str]:
    told = json.loads((folder / "persons.json").read_text("utf-8"))
    families = ({m["key"]: m["number"] for m in one["members"]} for one in told["families"])
    return next(one for one in families if key in one)


def _rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    store = sqlite3.connect(folder / "minben.sqlite3", timeout=10)
    try:
        return store.execute(sql).fetchall()
    finally:
        store.close()


def _due(folder: Path) -> list[tuple[Any, ...]]:
    return _rows(
        folder,
        "SELECT 1 FROM jobs_job WHERE done_at IS NULL AND dead_at IS NULL AND due_on IS NULL",
    )


def _await(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + FOUND_WITHIN
    while not done():
        assert time.monotonic() < deadline, "the platform did not get there"
        time.sleep(0.5)
