"""The whole story, against the running platform: real processes, real HTTP, a proof off line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def _story(folder: Path, month: str) -> dict[str, Any]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "minben", "demo", "story", "--on", month, "--json"],
        env=environment | {"TMPDIR": str(folder)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_in_2022_both_parents_answer_yes_or_no_and_the_family_is_paid(tmp_path: Path) -> None:
    told = _story(tmp_path, "2022-09")
    taxed = [one for one in told["asked"] if "tax_rate" in one["key"]]
    assert len(taxed) == len(told["signed_by"]) == 2
    assert all(one["only_yes_no"] for one in told["asked"])
    assert told["amount"] == told["payment"]["amount"] == 5000
    assert told["proof"]["verified"] is True


@pytest.mark.slow
def test_in_2024_nobody_is_asked_about_tax_and_the_family_is_paid(tmp_path: Path) -> None:
    told = _story(tmp_path, "2024-02")
    assert [one["key"] for one in told["asked"]] == ["owns_account"]
    assert any("稅" in words for words in told["not_asked"])
    assert told["amount"] == told["payment"]["amount"] == 5000
    assert told["proof"]["verified"] is True
