"""The gateway's own folder: its key, where it listens, whom it believes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minben.protocol.keys import PublicKey, SigningKey


class FolderError(Exception):
    """The folder is incomplete; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class GatewayFolder:
    """閘道資料夾 `gateway.json` and `key` (0600).

    `trust_list` and `revocations` are files on this host, or addresses on another (then
    `revocations_key` is whose signature counts). `lanes` is where the sequencer looks. `tokens`
    (`issuer`, `keys`) makes a DPoP-bound access token a must for agreements.
    """

    path: Path
    key: SigningKey = field(repr=False)
    base_url: str
    trust_list: str
    trust_issuer: PublicKey
    revocations: str
    revocations_key: PublicKey | None
    lanes: Path
    relying_party: str
    origins: tuple[str, ...]
    tokens: Mapping[str, Any] | None

    @classmethod
    def load(cls, path: Path) -> GatewayFolder:
        """Read a folder; FolderError names what is missing or wrong, and the mend."""
        file = path / "gateway.json"
        try:
            told = json.loads(file.read_text("utf-8"))
            followed = told.get("revocations_key")
            return cls(
                path=path,
                key=SigningKey.load(path / "key"),
                base_url=str(told["base_url"]).rstrip("/"),
                trust_list=_place(path, told["trust_list"]),
                trust_issuer=PublicKey.from_text(told["trust_issuer"]),
                revocations=_place(path, told["revocations"]),
                revocations_key=None if followed is None else PublicKey.from_text(followed),
                lanes=path / told["lanes"],
                relying_party=str(told.get("relying_party", "localhost")),
                origins=tuple(told.get("origins", ())),
                tokens=told.get("tokens"),
            )
        except FileNotFoundError as error:
            raise FolderError(
                f"{error.filename} is missing: see docs/reference/gateway.md"
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FolderError(f"{file}: {error}; see docs/reference/gateway.md") from error


def is_address(place: str) -> bool:
    """Whether a place is on another host."""
    return place.startswith(("http://", "https://"))


def _place(path: Path, told: object) -> str:
    text = str(told)
    return text if is_address(text) else str((path / text).resolve())
