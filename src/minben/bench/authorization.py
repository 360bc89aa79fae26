"""Signing in to an app, as fast as it goes: PAR, authorization, tokens, everything checked.

One sign-in is what a city app and a browser do for a person who allowed the app before: a pushed
request with private_key_jwt and DPoP, the authorization endpoint with a live session, and the
token request with another assertion and proof; the second is an entry of the trail. Proofs are
signed before the clock starts.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from minben.bench.machine import machine

_BOOT_SECONDS = 60.0
_SERVERS = {
    "granian": (
        "granian", "minben.config.wsgi:application", "--interface", "wsgi",
        "--blocking-threads", "1", "--no-access-log",
    ),
    "uvicorn": ("uvicorn", "minben.config.asgi:application", "--no-access-log"),
}  # fmt: skip
SERVERS = tuple(_SERVERS)
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def authorizing(*, sign_ins: int, connections: int, workers: int, server: str) -> dict[str, Any]:
    """Sign in many times over a few connections; rates, times and processor time of the server."""
    with tempfile.TemporaryDirectory(prefix="minben-bench-") as folder:
        origin = f"http://localhost:{_free_port()}"
        os.environ.update(
            MINBEN_VAR=folder,
            MINBEN_ORIGIN=origin,
            MINBEN_DEMO="1",
            MINBEN_TODAY="2022-09-15",
            DJANGO_SETTINGS_MODULE="minben.config.settings",
        )
        stage = import_module("minben.bench.authorization_stage")
        stage.make(people=connections)
        process = _serve(origin, workers, server, Path(folder) / "log")
        try:
            _wait(origin)
            flows = stage.prepare(sign_ins + 2 * connections)
            asyncio.run(_run(origin, flows[: 2 * connections], connections))  # warm
            before, began = _processor(process.pid), time.perf_counter()
            times = asyncio.run(_run(origin, flows[2 * connections :], connections))
            seconds = time.perf_counter() - began
            used = _processor(process.pid) - before
        finally:
            process.terminate()
            process.wait(timeout=20)
        cuts = quantiles(times, n=100)
        return {
            "machine": machine(),
            "server": server,
            "database": stage.database(),
            "workers": workers,
            "connections": connections,
            "sign_ins": len(times),
            "seconds": round(seconds, 2),
            "sign_ins_per_second": round(len(times) / seconds, 1),
            "server_processor_ms_per_sign_in": round(1000 * used / len(times), 2),
            "p50_ms": round(cuts[49] * 1000, 1),
            "p95_ms": round(cuts[94] * 1000, 1),
            "p99_ms": round(cuts[98] * 1000, 1),
        }


def _serve(origin: str, workers: int, server: str, log: Path) -> subprocess.Popen[bytes]:
    port = str(urlsplit(origin).port)
    argv = [sys.executable, "-m", *_SERVERS[server], "--workers", str(workers)]
    argv += ["--host", "127.0.0.1", "--port", port]
    with log.open("ab") as out:
        return subprocess.Popen(argv, stdout=out, stderr=out)  # noqa: S603 our own argv


async def _run(origin: str, flows: list[Any], connections: int) -> list[float]:
    """Every flow once, over so many connections at a time; how long each took, in seconds."""
    waiting, times = list(flows), []

    async def work(place: int) -> None:
        line = _Line(urlsplit(origin).port or 80)
        while waiting:
            flow = waiting.pop()
            began = time.perf_counter()
            await flow.sign_in(line, place)
            times.append(time.perf_counter() - began)
        line.close()

    await asyncio.gather(*(work(place) for place in range(connections)))
    return times


class _Line:
    """One kept connection: the least HTTP that measures the server and not its client."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a whole request; status, headers in small letters, and body."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split(" ")[1]), headers, body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(origin: str) -> None:
    deadline = time.monotonic() + _BOOT_SECONDS
    while time.monotonic() < deadline:
        with closing(socket.socket()) as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", urlsplit(origin).port or 80)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"the web process does not listen at {origin}")


def _processor(pid: int) -> float:
    """Processor seconds of a process and those it started, as Linux counts them."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = path.read_text("ascii").rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if path.parent.name == str(pid) or after[1] == str(pid):
            total += (int(after[11]) + int(after[12])) / _TICKS
    return total
