"""Killed anywhere between writing a file and knowing the answer, nobody is paid twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("paying_process.py")
POINTS = [
    "job:ledger.send_run:claimed",
    "ledger:before_send",
    "ledger:after_send",
    "job:ledger.send_run:called",
    "job:ledger.send_run:handled",
    "job:ledger.send_run:done",
]
pytestmark = pytest.mark.slow


def run(verb: str, folder: Path, fault: str = "") -> int:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"MINBEN_FAULT": fault}
    return subprocess.run(
        [sys.executable, str(PROGRAM), verb, str(folder)], env=environment, check=False
    ).returncode


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    assert run("prepare", folder) == 0
    return folder


@pytest.mark.parametrize("point", POINTS)
def test_a_run_killed_at_any_point_pays_once(prepared: Path, tmp_path: Path, point: str) -> None:
    folder = tmp_path / "var"
    shutil.copytree(prepared, folder)
    assert run("work", folder, fault=point) == 137
    assert run("work", folder) == 0
    sent = [file.read_bytes() for file in sorted((folder / "bank").iterdir())]
    assert len(set(sent)) == 1, "the same run always sends the same bytes"
    with sqlite3.connect(folder / "minben.sqlite3") as record:
        kinds = record.execute("SELECT kind, count(*) FROM ledger_posting GROUP BY kind")
        assert dict(kinds.fetchall()) == {"pending": 2, "post": 1, "void": 1}
        told = record.execute("SELECT count(*) FROM jobs_job WHERE kind = 'ledger.settled'")
        assert told.fetchone() == (2,)
        runs = record.execute("SELECT acknowledged_at IS NOT NULL FROM ledger_paymentrun")
        assert runs.fetchall() == [(1,)]
    record.close()
