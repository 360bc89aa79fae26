"""Read packs of case decisions from their folders, once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from minben.base.text import Text
from minben.law.parameter_file import ParameterError, read_parameters
from minben.packs.case_pack import CaseDecision, CaseExample, CaseWords
from minben.packs.examples import plain
from minben.packs.load import FOLDER, module_of
from minben.packs.manifest import read_sources
from minben.packs.reading import PackError, Place, read_yaml

GROUPS = ("life_events", "decisions", "reasons", "lines", "kinds", "questions", "confidence")
KEYS = frozenset({"name", "on", "input", "output"})


@cache
def known() -> tuple[str, ...]:
    """The case decisions of minben, as `pack.decision`."""
    packs = (folder.parent for folder in FOLDER.glob("*/pack.yaml") if is_case_pack(folder.parent))
    return tuple(f"{folder.name}.{name}" for folder in sorted(packs) for name in _names(folder))


@cache
def decision(key: str) -> CaseDecision:
    """The decision with this key, read once; KeyError when there is none."""
    if key not in known():
        raise KeyError(f"no decision {key!r}; known are: {', '.join(known())}")
    pack, _, name = key.partition(".")
    return read(FOLDER / pack)[name]


def is_case_pack(folder: Path) -> bool:
    """Whether a folder holds decisions over whole cases: it has no law of single persons."""
    return not (folder / "law.py").is_file() and (folder / "examples").is_dir()


def read(folder: Path) -> dict[str, CaseDecision]:
    """Every decision of a pack; PackError names the file, the mistake and the mend."""
    words, names, owner = _words(folder)
    try:
        numbers = read_parameters(folder / "parameters")
    except (ParameterError, OSError) as error:
        raise PackError(
            file="parameters", place="", mistake=str(error), mend="Mend the parameter file"
        ) from error
    found = {}
    for name in names:
        law = _law(folder, name)
        for part in ("decide", "READS", "BESIDES", "GIVES"):
            if not hasattr(law, part):
                raise PackError(
                    file=f"{name}.py", place=part, mistake="missing", mend=f"Write {part}"
                )
        found[name] = CaseDecision(
            folder.name, name, owner, words, law, numbers, _examples(folder, name), _hash(folder)
        )
    return found


def _words(folder: Path) -> tuple[CaseWords, tuple[str, ...], str]:
    top = Place("pack.yaml", "", read_yaml(folder, "pack.yaml"))
    if top.word("key") != folder.name:
        raise top.wrong("key", "it is not the name of the folder", f"Write key: {folder.name}")
    texts = Place("texts.yaml", "", read_yaml(folder, "texts.yaml"))
    groups: dict[str, Mapping[str, Text]] = {}
    for group in GROUPS:
        place = texts.within(group)
        groups[group] = {key: place.text(key) for key in place.content}
    words = CaseWords(
        name=texts.text("name"),
        summary=texts.text("summary"),
        owner_name=texts.text("owner_agency"),
        groups=groups,
        sources=read_sources(top.within("sources")),
    )
    names, owner = top.words("decisions"), top.word("owner_agency")
    for key in top.words("life_events"):
        if key not in groups["life_events"]:
            raise top.wrong("life_events", f"{key} has no words", "Write it in texts.yaml")
    for name in names:
        if name not in groups["decisions"]:
            raise top.wrong("decisions", f"{name} has no words", "Write it in texts.yaml")
    texts.done()
    top.done()
    return words, names, owner


def _law(folder: Path, name: str) -> ModuleType:
    """The module of a decision: minben's own by import, as the others of its pack import it."""
    if folder.parent == FOLDER and (folder / f"{name}.py").is_file():
        return import_module(f"minben.packs.{folder.name}.{name}")
    return module_of(folder, name)


def _names(folder: Path) -> tuple[str, ...]:
    return Place("pack.yaml", "", read_yaml(folder, "pack.yaml")).words("decisions")


def _examples(folder: Path, name: str) -> tuple[CaseExample, ...]:
    file = f"examples/{name}.yaml"
    content = read_yaml(folder, file)
    if not isinstance(content, list):
        raise PackError(file=file, place="", mistake="a list is expected", mend="- name: …")
    found = []
    for place, one in enumerate(content):
        if not isinstance(one, Mapping) or set(one) != KEYS or not isinstance(one["on"], date):
            raise PackError(
                file=file,
                place=f"[{place}]",
                mistake="an example has name, on (a day), input and output",
                mend="Write exactly these four",
            )
        given: Any = plain(one["input"])
        found.append(CaseExample(str(one["name"]), one["on"], given, dict(one["output"])))
    return tuple(found)


def _hash(folder: Path) -> str:
    """SHA-256 over the laws and their numbers, "sha-256:…": stored with each decision."""
    digest = hashlib.sha256()
    for file in sorted((*folder.glob("*.py"), *(folder / "parameters").glob("*.yaml"))):
        content = file.read_bytes()
        digest.update(f"{file.name}\n{len(content)}\n".encode())
        digest.update(content)
    return f"sha-256:{digest.hexdigest()}"
