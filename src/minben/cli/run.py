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


def _on(name: str, default: str) -> str:
    return os.environ.get(name, default)


def parts(var: Path) -> list[Part]:
    """Every process of the platform; the agencies are those whose descriptors lie under `var`."""
    python = sys.executable
    django = {"DJANGO_SETTINGS_MODULE": "minben.config.settings", "MINBEN_VAR": str(var)}
    port = _on("MINBEN_PORT", "8000")
    web = [python, "-m", "uvicorn", "minben.config.asgi:application", "--no-access-log"]
    found = [
        Part("web", [*web, "--host", LOOPBACK, "--port", port], int(port), "MINBEN_PORT", django),
        Part("worker", [python, "-m", "django", "worker"], environment=django),
        Part("sequencer", [python, "-m", "django", "sequencer"], environment=django),
    ]
    descriptors = sorted(var.glob("agencies/*/agency.json"))
    return found + [part for part in map(_agency, descriptors) if part.argv]


def _agency(descriptor: Path) -> Part:
    told = json.loads(descriptor.read_text("utf-8"))
    port = urlsplit(told.get("base_url", "")).port
    command = told.get("command", [])
    argv = [sys.executable, "-m", *command, str(descriptor.parent), "--port", str(port)]
    return Part(told["key"], argv if command and port else [], port, f"base_url in {descriptor}")


@click.command()
@click.option("--prepare/--no-prepare", default=True, help="Make or update the demo town first.")
def run(prepare: bool) -> None:
    """Run web, worker, sequencer and every agency; Ctrl-C stops them all.

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
