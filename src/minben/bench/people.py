"""A nation to measure on: the town's own generator writes it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def nation(people: int, folder: Path) -> Path:
    """The Parquet of so many people, made when it is not there yet (23.4 million: minutes).

    CalledProcessError when the generator fails.
    """
    home = folder / f"people-{people}"
    path = home / "person.parquet"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        seed = ["demo", "seed", "--people", str(people), "--folder", str(home), "--parquet"]
        command = [sys.executable, "-c", "from minben.cli.main import minben; minben()", *seed]
        subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 — our own command
    return path
