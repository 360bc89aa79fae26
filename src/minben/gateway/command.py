"""`minben gateway`: serve it, issue the trust list, rotate and revoke keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from minben.gateway import publishing
from minben.gateway.folder import FolderError
from minben.gateway.serving import serve as serve_folder
from minben.protocol.file_lane import BrokenLane
from minben.protocol.keys import PublicKey

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, exists=True))


@click.group()
def gateway() -> None:
    """閘道與信任清冊 The way between agencies, and the list of whom it trusts."""


@gateway.command()
@_FOLDER
@click.option("--port", required=True, type=int)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(folder: Path, port: int, host: str, workers: int) -> None:
    """Serve the gateway in FOLDER (gateway.json and key)."""
    try:
        serve_folder(folder, host=host, port=port, workers=workers)
    except (FolderError, PermissionError) as error:
        raise click.ClickException(str(error)) from error


@gateway.command()
@_FOLDER
@click.option("--lanes", required=True, type=click.Path(path_type=Path))
def trust(folder: Path, lanes: Path) -> None:
    """Issue the trust list of FOLDER, again and again, before it ends."""
    try:
        publishing.Publisher.open(folder, lanes).run()
    except (BrokenLane, OSError, ValueError, KeyError) as error:
        raise click.ClickException(str(error)) from error


@gateway.command("add-key")
@_FOLDER
@click.argument("party")
@click.argument("public_key")
@click.option("--overlap-hours", default=24, show_default=True, help="Both keys count so long.")
def add_key(folder: Path, party: str, public_key: str, overlap_hours: int) -> None:
    """Rotate: PARTY's new PUBLIC_KEY counts from now, the old one until the overlap ends."""
    now = datetime.now(UTC)
    try:
        publishing.add_key(
            folder,
            party,
            PublicKey.from_text(public_key),
            now=now,
            overlap_until=now + timedelta(hours=overlap_hours),
        )
    except (publishing.NoSuchKey, ValueError) as error:
        raise click.ClickException(str(error)) from error


@gateway.command("revoke-key")
@_FOLDER
@click.argument("party")
@click.argument("key_id")
def revoke_key(folder: Path, party: str, key_id: str) -> None:
    """A key was lost: nothing that PARTY's KEY_ID signs counts from the next list on."""
    try:
        publishing.revoke_key(folder, party, key_id, now=datetime.now(UTC))
    except publishing.NoSuchKey as error:
        raise click.ClickException(str(error)) from error
