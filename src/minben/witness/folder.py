"""A witness's own folder: who it is, its key, which logs it watches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import COSIGNATURE, NoteError, NoteKey, is_name


class WitnessFolderError(Exception):
    """見證資料夾有誤 The folder is incomplete; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """見證資料夾 `witness.json` (name, port, logs), `key` (0600), and what it remembers."""

    path: Path
    name: str
    port: int
    logs: Mapping[str, NoteKey]
    key: SigningKey = field(repr=False)

    @property
    def public(self) -> NoteKey:
        """The key to put into trust policies."""
        return NoteKey(self.name, self.key.public, COSIGNATURE)

    @classmethod
    def load(cls, path: Path) -> WitnessFolder:
        """Read a folder; WitnessFolderError names what is wrong and how to mend it."""
        file = path / "witness.json"
        try:
            told = json.loads(file.read_text("utf-8"))
            name, port = str(told["name"]), int(told["port"])
            logs = [NoteKey.from_text(text) for text in told["logs"]]
            key = SigningKey.load(path / "key")
        except FileNotFoundError as error:
            raise WitnessFolderError(
                f"{error.filename} is missing: make the folder with `minben witness new {path}`"
            ) from error
        except (KeyError, TypeError, ValueError, PermissionError) as error:
            raise WitnessFolderError(f"{file}: {error}") from error
        if not is_name(name):
            raise WitnessFolderError(f"{file}: a name has no spaces and no plus")
        return cls(path, name, port, {log.name: log for log in logs}, key)


def make_folder(path: Path, *, name: str, port: int, logs: list[str]) -> WitnessFolder:
    """Make a folder with a fresh key, or bring an existing one up to date; its key stays.

    NoteError for a log's key that is none.
    """
    for text in logs:
        NoteKey.from_text(text)
    if not is_name(name):
        raise NoteError("a name has no spaces and no plus")
    path.mkdir(parents=True, exist_ok=True)
    SigningKey.load_or_make(path / "key")
    told = {"name": name, "port": port, "logs": logs}
    fresh = path / "witness.json.new"
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    fresh.replace(path / "witness.json")
    return WitnessFolder.load(path)
