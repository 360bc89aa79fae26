"""`minben clients`: programs that may sign people in or carry agreements."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from joserfc import jwk

_PROFILES = ("sign_in", "data", "resource")
_SCOPES = {"sign_in": "openid profile", "resource": "openid"}


@click.group()
def clients() -> None:
    """介接程式 Programs of agencies that sign people in or ask for facts under agreements."""


@clients.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--agency", required=True, help="The agency whose program it is, by key.")
@click.option("--callback", multiple=True, help="Where people come back to; may be repeated.")
@click.option("--profile", type=click.Choice(_PROFILES), default="sign_in", show_default=True)
@click.option("--name-zh", default="示例程式", show_default=True)
@click.option("--name-en", default="Example app", show_default=True)
def new(
    folder: Path, agency: str, callback: tuple[str, ...], profile: str, name_zh: str, name_en: str
) -> None:
    """Make FOLDER with a key (key.json, yours alone) and what to register (client.json)."""
    if (folder / "key.json").exists():
        raise click.ClickException(f"{folder} has a key already")
    folder.mkdir(parents=True, exist_ok=True)
    made = jwk.generate_key("EC", "P-256")
    private = {**made.as_dict(private=True), "kid": made.thumbprint()}
    handle = os.open(folder / "key.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(private, file)
    everything = "openid profile birthdate offline_access grant_management_query"
    told = {
        "client_id": folder.name,
        "agency": agency,
        "client_name": {"zh": name_zh, "en": name_en},
        "profile": profile,
        "redirect_uris": list(callback),
        "scope": _SCOPES.get(profile, everything + " grant_management_revoke"),
        "jwks": {"keys": [{**made.as_dict(private=False), "kid": private["kid"]}]},
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / "client.json").write_text(text + "\n", "utf-8")
    click.echo(f"{folder}/client.json; next: minben clients register {folder}/client.json")


@clients.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def register(file: Path) -> None:
    """Take in the program described in FILE, or renew what it said of itself."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise click.ClickException(f"{file} is no JSON") from None
    if not isinstance(told, dict):
        raise click.ClickException(f"{file}: one object is wanted")
    click.echo(_room().register(told))


@clients.command("list")
def list_command() -> None:
    """Every program that may ask, by agency."""
    click.echo(_room().listed())


@clients.command()
@click.argument("client_id")
def close(client_id: str) -> None:
    """Let a program ask no more; what it holds opens nothing from now on."""
    click.echo(_room().close(client_id))


@clients.command("rotate-keys")
@click.option("--at-once", is_flag=True, help="After a compromise: forget every older key now.")
def rotate_keys(at_once: bool) -> None:
    """Add a key that will sign tokens once every cache has seen it."""
    click.echo(_room().rotate_keys(at_once=at_once))


def _room() -> Any:
    """The half that needs the database, loaded when a command needs it."""
    return import_module("minben.cli.clients_room")
