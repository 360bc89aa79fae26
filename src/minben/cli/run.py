"""`minben run`: the whole platform on one machine, loopback only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from minben.cli.supervisor import LOOPBACK, Part, PortTaken, Supervisor

GATEWAY_URL = "http://localhost:8012"


def _on(name: str, default: str) -> str:
    return os.environ.get(name, default)


def parts(var: Path) -> list[Part]:
    """Every process of the platform; the agencies are those whose descriptors lie under `var`."""
    python = sys.executable
    gateway = _on("MINBEN_GATEWAY_URL", GATEWAY_URL)
    django = {
        "DJANGO_SETTINGS_MODULE": "minben.config.settings",
        "MINBEN_VAR": str(var),
        "MINBEN_GATEWAY_URL": gateway,
    }
    port = _on("MINBEN_PORT", "8000")
    web = [python, "-m", "uvicorn", "minben.config.asgi:application", "--no-access-log"]
    found = [
        Part("web", [*web, "--host", LOOPBACK, "--port", port], int(port), "MINBEN_PORT", django),
        Part("worker", [python, "-m", "django", "worker"], environment=django),
        Part("sequencer", [python, "-m", "django", "sequencer"], environment=django),
        Part("witnessing", [python, "-m", "django", "witnessing"], environment=django),
    ]
    if gateway:
        found += _exchange(var, gateway)
    descriptors = sorted(var.glob("agencies/*/agency.json"))
    found += [part for part in map(_agency, descriptors) if part.argv]
    if (var / "timestamps").is_dir():
        found.append(_time_stamps(var / "timestamps"))
    return found + [_witness(told) for told in sorted(var.glob("witnesses/*/witness.json"))]


def _agency(descriptor: Path) -> Part:
    told = json.loads(descriptor.read_text("utf-8"))
    port = urlsplit(told.get("base_url", "")).port
    command = told.get("command", [])
    argv = [sys.executable, "-m", *command, str(descriptor.parent), "--port", str(port)]
    return Part(told["key"], argv if command and port else [], port, f"base_url in {descriptor}")


def _exchange(var: Path, url: str) -> list[Part]:
    """The gateway, and who issues the list of those whom it trusts."""
    command, port = [sys.executable, "-m", "minben", "gateway"], urlsplit(url).port or 8012
    lanes = _on("MINBEN_LANES", str(var / "lanes"))
    serve = [*command, "serve", str(var / "gateway"), "--port", str(port)]
    return [
        Part("trust-list", [*command, "trust", str(var / "trust"), "--lanes", lanes]),
        Part("gateway", serve, port, "MINBEN_GATEWAY_URL"),
    ]


def _time_stamps(folder: Path) -> Part:
    port = urlsplit(_on("MINBEN_TSA_URL", "http://localhost:8043/")).port or 8043
    argv = [sys.executable, "-m", "minben.demo.tsa", str(folder), "--port", str(port)]
    return Part("timestamps", argv, port, "MINBEN_TSA_URL")


def _witness(told: Path) -> Part:
    port = int(json.loads(told.read_text("utf-8"))["port"])
    argv = [sys.executable, "-m", "minben", "witness", "serve", str(told.parent)]
    return Part(told.parent.name, argv, port, f"port in {told}")


@click.command()
@click.option("--prepare/--no-prepare", default=True, help="Make or update the demo town first.")
def run(prepare: bool) -> None:
    """Run web, worker, sequencer, witnesses and every agency; Ctrl-C stops them all.

    啟動整個平臺（僅限本機）；按 Ctrl-C 全部停止。
    """
    var = Path(_on("MINBEN_VAR", "var")).resolve()
    if prepare and _on("MINBEN_DEMO", "1") == "1":
        subprocess.run([sys.executable, "-m", "minben", "demo", "start"], check=True)
    supervisor = Supervisor(parts(var), logs=var / "log")
    try:
        supervisor.start()
        supervisor.wait_until_listening()
    except (PortTaken, TimeoutError) as refusal:
        supervisor.stop()
        raise click.ClickException(str(refusal)) from None
    click.echo(_table(supervisor.parts))
    if prepare and _on("MINBEN_DEMO", "1") == "1":
        subprocess.run([sys.executable, "-m", "minben", "demo", "accounts"], check=True)
    click.echo(f"\n→ {_on('MINBEN_ORIGIN', 'http://localhost:' + _on('MINBEN_PORT', '8000'))}\n")
    supervisor.watch()


def _table(rows: Sequence[Part]) -> str:
    lines = ["", "process                   port", "-" * 32]
    lines += [f"{part.name:<24}  {part.port or '–'}" for part in rows]
    return "\n".join(lines)
