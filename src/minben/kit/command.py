"""`minben agency`: make an agency's folder, serve it."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

import click
import uvicorn

from minben.kit.folder import AgencyFolder, FolderError, write_json
from minben.kit.lane import BrokenLane
from minben.kit.provider import Provider
from minben.kit.push import Outbox
from minben.protocol.keys import SigningKey

_PROGRAM = '''"""{name}: one decorated function per data set."""

from minben.kit import FactRequest, Provider, Subject, Unknown

REGISTER = {{"A123456789": 3}}  # your own register stands here


def offer(provider: Provider) -> None:
    """Called once with the open folder."""

    @provider.data_set("{data_set}")
    def answer(subject: Subject, request: FactRequest):
        return REGISTER.get(subject.number, Unknown())
'''


@click.group()
def agency() -> None:
    """資料提供機關 A provider's own process: its key, its folder, its log."""


@agency.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name-zh", default="示範機關", show_default=True)
@click.option("--name-en", default="Example agency", show_default=True)
@click.option("--port", default=8030, show_default=True)
def new(folder: Path, name_zh: str, name_en: str, port: int) -> None:
    """Make FOLDER with a key, a descriptor, an empty trust list and provider.py to fill."""
    if (folder / "agency.json").exists():
        raise click.ClickException(f"{folder} is an agency already")
    folder.mkdir(parents=True, exist_ok=True)
    key = SigningKey.load_or_make(folder / "key")
    data_set = f"{folder.name}/example/points/v1"
    write_json(
        folder / "agency.json",
        {
            "key": folder.name,
            "name": {"zh": name_zh, "en": name_en},
            "base_url": f"http://localhost:{port}",
            "public_key": key.public.text,
            "command": ["minben", "agency", "serve"],
            "program": "provider.py",
            "datasets": [
                {
                    "key": data_set,
                    "name": {"zh": "點數", "en": "Points"},
                    "facts": ["points"],
                    "predicates_only": ["points"],
                    "class": "shared",
                    "assurance": "medium",
                    "methods": [],
                    "sensitivity": "ordinary",
                }
            ],
        },
    )
    write_json(folder / "trust.json", {"recipients": {}, "allow": {data_set: []}})
    (folder / "provider.py").write_text(_PROGRAM.format(name=folder.name, data_set=data_set))
    click.echo(f"{folder}: agency.json, key, trust.json, provider.py")
    click.echo(
        f"Next: edit provider.py, allow a recipient in trust.json, then"
        f" `minben agency serve {folder} --port {port}`"
    )


@agency.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", required=True, type=int)
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(folder: Path, port: int, host: str) -> None:
    """Serve the agency in FOLDER."""
    try:
        provider = open_provider(folder)
    except (FolderError, BrokenLane, PermissionError) as error:
        raise click.ClickException(str(error)) from error
    outbox = Outbox(provider.folder)
    if provider.folder.trust.push_url:
        outbox.start()
    uvicorn.run(provider.app, host=host, port=port, log_level="warning", access_log=False)
    outbox.stop()


def open_provider(folder: Path) -> Provider:
    """The provider of a folder with its program's data sets; FolderError names what is missing.

    `program` in agency.json is a file of the folder ("provider.py") or a module's dotted name;
    it has a function `offer(provider)`.
    """
    opened = AgencyFolder.load(folder)
    program = str(opened.descriptor.get("program", "provider.py"))
    module = _from_file(folder / program) if program.endswith(".py") else _by_name(program)
    offer = getattr(module, "offer", None)
    if not callable(offer):
        raise FolderError(f"{program} needs a function `offer(provider)`")
    provider = Provider(opened)
    try:
        offer(provider)
    except BaseException:
        provider.close()
        raise
    return provider


def _from_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"agency_{path.parent.name}", path)
    if not path.exists() or spec is None or spec.loader is None:
        raise FolderError(f"{path} is missing: `program` in agency.json names it")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _by_name(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise FolderError(f'no module "{name}": `program` in agency.json names it') from error
