"""`minben pseudonyms`: serve the authority."""

from pathlib import Path

import click
import uvicorn

from minben.kit.folder import FolderError
from minben.kit.lane import BrokenLane
from minben.pseudonyms.app import Authority


@click.group()
def pseudonyms() -> None:
    """假名機構 The pseudonym authority."""


@pseudonyms.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", default=8011, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(folder: Path, port: int, host: str) -> None:
    """Serve the authority from its FOLDER (agency.json, key, trust.json)."""
    try:
        authority = Authority.load(folder)
    except (FolderError, BrokenLane, PermissionError) as error:
        raise click.ClickException(str(error)) from error
    uvicorn.run(authority.app, host=host, port=port, log_level="warning", access_log=False)
