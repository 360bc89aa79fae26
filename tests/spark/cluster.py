"""A real Spark, standalone: a master and two workers on loopback, in an environment of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "var" / "spark"
PACKAGE = "pyspark==4.0.5"
HERE = Path(__file__).parent


@cache
def python() -> Path:
    """The interpreter that has pyspark; made with pip where it is missing (Java 17 is needed)."""
    found = FOLDER / "bin" / "python"
    if not (FOLDER / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(found), "-m", "pip", "install", "-q", PACKAGE], check=True)
        (FOLDER / "ready").write_text(PACKAGE)
    return found


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a master that has two workers; all end with the block."""
    home = next((FOLDER / "lib").glob("python*/site-packages/pyspark"))
    port, page = _free(), _free()
    started = [_start(folder, home, "master.Master", "-h", "127.0.0.1", "-p", str(port),
                      "--webui-port", str(page))]  # fmt: skip
    master = f"spark://127.0.0.1:{port}"
    try:
        _until(lambda: _alive(page) >= 0, "the master")
        for _ in range(2):
            started.append(
                _start(folder, home, "worker.Worker", "-h", "127.0.0.1", "-c", "1", "-m", "700m",
                       "--webui-port", str(_free()), "-d", str(folder / "work"), master)
            )  # fmt: skip
        _until(lambda: _alive(page) == 2, "both workers")
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=30)


def answered(
    master: str, tables: Mapping[str, Path], queries: list[str]
) -> tuple[list[list[list[Any]]], int]:
    """The rows of each query, and how many executors (the driver included) there were."""
    asked = {
        "master": master,
        "tables": {k: str(p) for k, p in tables.items()},
        "queries": queries,
    }
    done = subprocess.run(
        [str(python()), str(HERE / "engine.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    return found["answers"], found["executors"]


def _start(folder: Path, home: Path, kind: str, *words: str) -> subprocess.Popen[bytes]:
    log = (folder / f"{kind}-{len(words)}.log").open("ab")
    return subprocess.Popen(
        [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *words],
        stdout=log,
        stderr=log,
        env={**_environment(), "SPARK_HOME": str(home)},
    )


def _environment() -> dict[str, str]:
    mine = str(python())
    return {**os.environ, "PYSPARK_PYTHON": mine, "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m", "PYSPARK_DRIVER_PYTHON": mine}  # fmt: skip


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _alive(page: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=2) as answer:
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return -1


def _until(true: Any, what: str) -> None:
    end = time.monotonic() + 90
    while not true():
        assert time.monotonic() < end, f"{what} did not come up"
        time.sleep(0.2)
