"""An agency's own folder: descriptor, key, trust list, log. Nobody else reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.sealing import SealingKey


class FolderError(Exception):
    """The folder is incomplete; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class Trust:
    """信任清單 Whom this provider believes; its own decision, kept in its own folder.

    `recipients` maps a recipient's key to its public key, `allow` a data set to the recipients
    it may answer, `identity_providers` and `approvers` names to keys. The consent owner is asked
    for the state of an agreement before every release, `push_url` is told of changes. `gateways`
    maps a gateway's public key to the recipients for whom its word counts as their signature
    (the session suite); none by default. With `trust_list` (`url`, `public_key` of its issuer) the
    recipients' keys are those of the pulled list, and `recipients` says only who they are.
    """

    recipients: Mapping[str, PublicKey]
    allow: Mapping[str, tuple[str, ...]]
    identity_providers: Mapping[str, PublicKey]
    approvers: Mapping[str, PublicKey]
    consent_owner_url: str
    consent_owner_key: PublicKey | None
    pseudonym_authority_url: str
    pseudonym_authority_key: PublicKey | None
    push_url: str = ""
    relying_party: str = "localhost"
    origins: tuple[str, ...] = ("http://localhost:8000",)
    gateways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trust_list_url: str = ""
    trust_list_key: PublicKey | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Trust:
        """Read trust.json; KeyError or ValueError when it is not one."""
        owner = value.get("consent_owner") or {}
        authority = value.get("pseudonym_authority") or {}
        listed = value.get("trust_list") or {}
        return cls(
            recipients=_keys(value.get("recipients", {})),
            allow={k: tuple(v) for k, v in value.get("allow", {}).items()},
            identity_providers=_keys(value.get("identity_providers", {})),
            approvers=_keys(value.get("approvers", {})),
            consent_owner_url=owner.get("url", ""),
            consent_owner_key=_key(owner.get("public_key")),
            pseudonym_authority_url=authority.get("url", ""),
            pseudonym_authority_key=_key(authority.get("public_key")),
            push_url=value.get("push_url", ""),
            relying_party=value.get("relying_party", "localhost"),
            origins=tuple(value.get("origins", ("http://localhost:8000",))),
            trust_list_url=listed.get("url", ""),
            trust_list_key=_key(listed.get("public_key")),
            gateways={
                PublicKey.from_text(key).text: tuple(names)
                for key, names in value.get("gateways", {}).items()
            },
        )


@dataclass(frozen=True, slots=True)
class AgencyFolder:
    """機關資料夾 `agency.json`, `key`, `sealing_key` (0600), `trust.json`, `lane/`, its register.

    `sealing_key` opens what is sealed to this agency; it is made when it is not there yet.
    """

    path: Path
    descriptor: Mapping[str, Any]
    key: SigningKey = field(repr=False)
    trust: Trust
    sealing_key: SealingKey = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> AgencyFolder:
        """Read a folder; FolderError names what is missing and how to mend it."""
        descriptor = _read(path / "agency.json")
        for name in ("key", "name", "datasets"):
            if name not in descriptor:
                raise FolderError(f'{path / "agency.json"} lacks "{name}"; see minben agency new')
        if not (path / "key").exists():
            raise FolderError(
                f"{path / 'key'} is missing: make it with `minben agency new {path}`"
            )
        try:
            trust = Trust.from_json(_read(path / "trust.json"))
        except (KeyError, ValueError, AttributeError) as error:
            raise FolderError(f"{path / 'trust.json'}: {error}") from error
        sealing_key = SealingKey.load_or_make(path / "sealing_key")
        return cls(path, descriptor, SigningKey.load(path / "key"), trust, sealing_key)

    @property
    def agency(self) -> str:
        """The agency's key, as "tax"."""
        return str(self.descriptor["key"])


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a file of the folder whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
    fresh.replace(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise FolderError(f"{path} is missing: make it with `minben agency new`") from error
    except ValueError as error:
        raise FolderError(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise FolderError(f"{path} must hold a JSON object")
    return value


def _keys(value: Mapping[str, str]) -> dict[str, PublicKey]:
    return {name: PublicKey.from_text(text) for name, text in value.items()}


def _key(text: str | None) -> PublicKey | None:
    return PublicKey.from_text(text) if text else None
