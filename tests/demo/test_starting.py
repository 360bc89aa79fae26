"""Preparing the demo may be repeated; months pass with children born in them."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from minben.demo.commands import demo
from minben.demo.stage import environment_of


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a town that `minben demo start` prepared, twice."""
    folder = tmp_path_factory.mktemp("started")
    environment = dict(os.environ) | environment_of(folder, "2022-09-15")
    environment.pop("DATABASE_URL", None)  # its record is its own file, beside the town
    for _ in range(2):
        _run(environment, "start", "--people", "700")
    return environment


def _run(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "minben", "demo", *words],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _record(environment: dict[str, str], sql: str) -> list[tuple[object, ...]]:
    store = sqlite3.connect(Path(environment["MINBEN_VAR"]) / "minben.sqlite3")
    try:
        return store.execute(sql).fetchall()
    finally:
        store.close()


@pytest.mark.slow
def test_starting_twice_leaves_one_of_everything(prepared: dict[str, str]) -> None:
    grants = _record(prepared, "SELECT role, count(*) FROM identity_rolegrant GROUP BY 1")
    assert dict(grants)["case_officer"] == 2  # type: ignore[call-overload]
    assert _record(prepared, "SELECT count(*) FROM consent_mandate") == [(1,)]


@pytest.mark.slow
def test_each_agency_has_a_key_only_it_can_read(prepared: dict[str, str]) -> None:
    keys = list(Path(prepared["MINBEN_VAR"]).glob("agencies/*/key"))
    assert len(keys) >= 8
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)


@pytest.mark.slow
def test_the_accounts_to_try_are_told(prepared: dict[str, str]) -> None:
    told = _run(prepared, "accounts")
    assert "newborn-mother" in told
    assert "PIN 1234" in told
    assert json.loads(_run(prepared, "accounts", "--json"))["company"]["tax_id"]


def test_every_command_explains_itself_in_both_languages() -> None:
    runner = CliRunner()
    for words in ([], ["seed"], ["start"], ["accounts"], ["advance"], ["story"]):
        answer = runner.invoke(demo, [*words, "--help"])
        assert answer.exit_code == 0
        assert any("\u4e00" <= sign <= "\u9fff" for sign in answer.output)


def test_a_town_of_impossible_size_is_refused_with_the_reason(tmp_path: Path) -> None:
    answer = CliRunner().invoke(demo, ["seed", "--people", "5", "--folder", str(tmp_path)])
    assert answer.exit_code == 2
    assert "between" in answer.output
