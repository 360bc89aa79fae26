"""OpenFisca in an environment of its own: nothing of it is copied or imported here.

`scripts/tools` makes `var/openfisca`; where it is missing this makes it (pip, half a minute).
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "var" / "openfisca"
PACKAGE = "openfisca-country-template==8.2.0"
HERE = Path(__file__).parent


@cache
def python() -> Path:
    """The interpreter that has OpenFisca."""
    found = FOLDER / "bin" / "python"
    if not (FOLDER / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(found), "-m", "pip", "install", "-q", PACKAGE], check=True)
        (FOLDER / "ready").write_text(PACKAGE)
    return found


@cache
def test_files() -> tuple[Path, ...]:
    """The package's own test files, where it was installed."""
    code = "import openfisca_country_template as t; print(t.__path__[0])"
    where = subprocess.run(
        [str(python()), "-W", "ignore", "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
    return tuple(sorted((Path(where) / "tests").rglob("*.yaml")))


def calculated(question: Any) -> Any:
    """What OpenFisca says: {"situation": …, "outputs": [[variable, period], …]} many times."""
    answer = subprocess.run(
        [str(python()), "-W", "ignore", str(HERE / "oracle.py")],
        input=json.dumps(question),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)
