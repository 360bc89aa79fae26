"""Read packs from their folders, once, at start: below the rooms, only this reads files."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

from minben.facts.catalogue import VOCABULARY
from minben.law.errors import RuleError
from minben.law.parameter_file import ParameterError, read_parameters
from minben.law.rulebook import RuleBook
from minben.packs.examples import read_examples
from minben.packs.manifest import read_manifest
from minben.packs.model import Pack
from minben.packs.reading import PackError

FOLDER = Path(__file__).parent


@cache
def known() -> tuple[str, ...]:
    """The packs of minben, by key."""
    return tuple(sorted(f.parent.name for f in FOLDER.glob("*/law.py")))


@cache
def pack(key: str) -> Pack:
    """The pack of minben with this key, read once; KeyError when there is none."""
    if key not in known():
        raise KeyError(f"no pack {key!r}; known are: {', '.join(known())}")
    return read(FOLDER / key)


def read(folder: Path) -> Pack:
    """A pack from any folder; PackError names the file, the mistake and the mend."""
    manifest = read_manifest(folder)
    if manifest.key != folder.name:
        raise PackError(
            file="pack.yaml",
            place="key",
            mistake=f"{manifest.key} is not the name of the folder",
            mend=f"Write key: {folder.name}",
        )
    try:
        parameters = read_parameters(folder / "parameters")
    except (ParameterError, OSError) as error:
        raise PackError(
            file="parameters", place="", mistake=str(error), mend="Mend the parameter file"
        ) from error
    module = module_of(folder, "law")
    try:
        book = RuleBook.of(module, vocabulary=VOCABULARY, parameters=parameters)
        book.at(manifest.first_month).variable(manifest.decides)
    except RuleError as error:
        raise PackError(
            file="law.py", place=manifest.decides, mistake=str(error), mend="Mend the rule"
        ) from error
    return Pack(manifest, book, parameters, read_examples(folder), rules_hash(folder))


def rules_hash(folder: Traversable) -> str:
    """SHA-256 over the law and its numbers, "sha-256:…": stored with each decision."""
    digest = hashlib.sha256()
    numbers = sorted((folder / "parameters").iterdir(), key=lambda file: file.name)
    for file in (folder / "law.py", *numbers):
        if file.is_file():
            content = file.read_bytes()
            digest.update(f"{file.name}\n{len(content)}\n".encode())
            digest.update(content)
    return f"sha-256:{digest.hexdigest()}"


def module_of(folder: Path, stem: str) -> ModuleType:
    """A module of a pack, from any folder; PackError when it is missing or cannot be loaded."""
    file = folder / f"{stem}.py"
    if folder.parent == FOLDER:
        name = f"minben.packs.{folder.name}.{stem}"
    else:
        place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        name = f"minben_pack_{place}_{stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise PackError(file=file.name, place="", mistake="missing", mend=f"Write {file.name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise PackError(
            file=file.name,
            place=type(error).__name__,
            mistake=f"it cannot be loaded: {error}",
            mend="Mend the code",
        ) from error
    return module
