"""How fast transfers pass the gateway: bare, then each ingredient added, in one run."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minben.bench.exchange_hops import HOP, PROVIDER, VAR
from minben.bench.exchange_load import ISSUER, SERVER, Client, cpu_seconds, run_wrk
from minben.bench.machine import machine
from minben.demo.agencies import prepare
from minben.gateway.publishing import Publisher
from minben.gateway.serving import FOLDER
from minben.kit.caller import call
from minben.protocol.keys import SigningKey
from minben.protocol.message import ROUTED, sign_request
from minben.protocol.session import Hello, Session

GOALS = {
    "sealed, with DPoP": {"at_least_per_second": 3000, "p99_ms": 15},
    "logged": {"at_least_per_second": 6000},
}


@dataclass(frozen=True, slots=True)
class Measure:
    """量測項目 One row: which hop, what the provider does, what requests carry."""

    name: str
    hop: str
    provider: str = "plain"
    session: bool = False
    token: bool = False
    standing: bool = True


MEASURES = (
    Measure("Starlette + httpx, bare", "reference"),
    Measure("bare hop", "bare"),
    Measure("+ Ed25519 in and out, nonces", "signed"),
    Measure("+ agreement, allow list, revocation", "consent"),
    Measure("+ durable log", "logged"),
    Measure("+ provider checks and signs", "logged", "signed"),
    Measure("+ sealed both ways", "logged", "sealed"),
    Measure("+ DPoP-bound token", "logged", "sealed", token=True),
    Measure("session: HMAC + batch receipts", "logged", session=True),
    Measure("a new agreement each time", "logged", standing=False),
)


def exchanging(
    *,
    folder: Path,
    seconds: int,
    connections: tuple[int, ...],
    workers: tuple[int, ...],
    only: str = "",
) -> dict[str, Any]:
    """Measure every row at every number of connections and workers. Needs wrk.

    `folder` is on the disk whose fdatasync is to be measured.
    """
    if shutil.which("wrk") is None:
        raise FileNotFoundError("wrk is missing: apt-get install wrk")
    about = machine()
    rows = []
    for count in workers:
        for measure in MEASURES:
            if only in measure.name and not (measure.hop == "reference" and count > 1):
                rows += _measured(folder, measure, count, connections, seconds)
    return {
        "bench": "exchange",
        "machine": about | {"load_after": round(os.getloadavg()[0], 2)},
        "seconds": seconds,
        "rows": rows,
        "goals": GOALS,
    }


def _measured(
    parent: Path, measure: Measure, workers: int, connections: tuple[int, ...], seconds: int
) -> list[dict[str, Any]]:
    rows = []
    parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=parent) as folder,
        _serving(Path(folder), measure, workers) as at,
    ):
        var, url, gateway, provider = at
        client = Client(var, url, token=measure.token)
        if measure.session:
            client = replace(client, session=_session(var, url))
        for many in connections:
            path = var / f"requests-{many}"
            rate = (4_000 if measure.token else 8_000) if measure.standing else 1_500
            rate = 500 if measure.hop in ("bare", "reference") else rate  # not looked at
            prepared = int(min(rate, 2_000 * many) * seconds)
            client.write(path, prepared, standing=measure.standing)
            before = cpu_seconds(gateway), cpu_seconds(provider)
            told = run_wrk(url, path, connections=many, seconds=seconds)
            after = cpu_seconds(gateway), cpu_seconds(provider)
            path.unlink()
            done = max(1, int(told["requests"]))
            rows.append(
                {
                    "name": measure.name,
                    "workers": workers,
                    "connections": many,
                    "per_second": round(done / told["us"] * 1_000_000),
                    "p50_ms": round(told["p50"] / 1000, 2),
                    "p95_ms": round(told["p95"] / 1000, 2),
                    "p99_ms": round(told["p99"] / 1000, 2),
                    "gateway_cpu_us": round((after[0] - before[0]) / done * 1_000_000),
                    "provider_cpu_us": round((after[1] - before[1]) / done * 1_000_000),
                    "not_200": int(told["refused"]) + int(told["failed"]),
                    "prepared": prepared,
                }
            )
    return rows


@contextmanager
def _serving(var: Path, measure: Measure, workers: int) -> Iterator[tuple[Path, str, int, int]]:
    ports = _free(), _free()
    url = f"http://localhost:{ports[0]}"
    prepare.prepare(var, base_urls={"tax": f"http://127.0.0.1:{ports[1]}"}, gateway_url=url)
    _publish(var)
    if measure.token:
        path = var / "gateway" / "gateway.json"
        tokens = {"issuer": ISSUER, "keys": {"keys": [SERVER.as_dict(private=False)]}}
        path.write_text(json.dumps(json.loads(path.read_text()) | {"tokens": tokens}))
    environment = {
        FOLDER: str(var / "gateway"),
        VAR: str(var),
        HOP: measure.hop,
        PROVIDER: measure.provider,
    }
    hop = _granian("minben.bench.exchange_hops:open_hop", ports[0], workers)
    if measure.hop == "reference":
        environment[VAR] = f"http://127.0.0.1:{ports[1]}"
        hop = [sys.executable, "-m", "uvicorn", "minben.bench.exchange_reference:app", "--port",
               str(ports[0]), "--no-access-log", "--log-level", "error"]  # fmt: skip
    started = [
        _start(hop, environment),
        _start(
            _granian("minben.bench.exchange_hops:open_provider", ports[1], 1),
            {**environment, VAR: str(var)},
        ),
    ]
    try:
        for port in ports:
            _wait(port)
        yield var, url, started[0].pid, started[1].pid
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)


def _publish(var: Path) -> None:
    publisher = Publisher.open(var / "trust", var / "lanes")
    publisher.publish(datetime.now(UTC))
    publisher.lane.close()


def _granian(target: str, port: int, workers: int) -> list[str]:
    return [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--port",
            str(port), "--workers", str(workers), "--loop", "uvloop", "--no-ws", "--log-level",
            "error", target]  # fmt: skip


def _start(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603


def _session(var: Path, url: str) -> Session:
    key = SigningKey.load(var / "agencies" / "child-welfare" / "key")
    hello = Hello()
    headers = sign_request(
        method="POST",
        url=f"{url}/sessions",
        headers={},
        body=hello.body,
        key=key,
        created=datetime.now(UTC),
        nonce=secrets.token_urlsafe(12),
        covered=ROUTED,
    )
    status, _, answer = call("POST", f"{url}/sessions", hello.body, headers, 10.0)
    if status != 200:
        raise RuntimeError(f"no session: {answer.decode()}")
    return hello.finish(answer, client="gateway", client_key=key.key_id)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
