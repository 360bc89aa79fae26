"""`minben witness`: make a witness's folder, serve it."""

from __future__ import annotations

from pathlib import Path

import click
import uvicorn

from minben.protocol.signed_note import NoteError
from minben.witness.app import Witness
from minben.witness.folder import WitnessFolder, WitnessFolderError, make_folder
from minben.witness.memory import BrokenMemory


@click.group()
def witness() -> None:
    """見證人 A witness: it cosigns one consistent history of a log, and nothing else."""


@witness.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="A name like witness.example.org/w1.")
@click.option("--port", default=8041, show_default=True)
@click.option("--log", "logs", multiple=True, required=True, help="A log's key: name+hash+base64.")
def new(folder: Path, name: str, port: int, logs: tuple[str, ...]) -> None:
    """Make FOLDER with a fresh key; print the line for trust policies."""
    try:
        made = make_folder(folder, name=name, port=port, logs=list(logs))
    except (NoteError, WitnessFolderError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"witness {folder.name} {made.public.text} http://localhost:{port}/")


@witness.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", type=int, help="Another port than witness.json says.")
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(folder: Path, port: int | None, host: str) -> None:
    """Serve the witness in FOLDER."""
    try:
        opened = WitnessFolder.load(folder)
        app = Witness(opened).app
    except (WitnessFolderError, BrokenMemory) as error:
        raise click.ClickException(str(error)) from error
    uvicorn.run(app, host=host, port=port or opened.port, log_level="warning", access_log=False)
