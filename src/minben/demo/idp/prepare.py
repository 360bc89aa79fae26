"""Make the provider's folder: key, descriptor, and the one client it answers."""

from __future__ import annotations

import json
from pathlib import Path

from minben.demo.idp.store import Store
from minben.kit.folder import write_json
from minben.protocol.keys import SigningKey


def prepare(
    var: Path, *, origin: str = "http://localhost:8000", url: str = "http://localhost:8010"
) -> Path:
    """The folder of the simulated identity provider under `var`, made or completed.

    Idempotent: a key that is there stays. The platform's own client key is made too.
    """
    folder = var / "agencies" / "idp"
    key = SigningKey.load_or_make(folder / "key")
    platform = SigningKey.load_or_make(var / "keys" / "platform")
    write_json(
        folder / "agency.json",
        {
            "key": "idp",
            "name": {"zh": "示範身分驗證中心", "en": "Demo identity provider"},
            "base_url": url,
            "public_key": key.public.text,
            "datasets": [],
            "command": ["minben.demo.idp"],
            "simulated": True,  # no platform outside the demo believes it
        },
    )
    write_json(
        folder / "clients.json",
        {
            "platform": {
                "public_key": platform.public.text,
                "return_to": [f"{origin}/sign-in/return"],
                "name": {"zh": "民本", "en": "minben"},
            }
        },
    )
    Store(folder)
    return folder


def read_clients(folder: Path) -> dict[str, dict[str, object]]:
    """Whom the provider answers, by name."""
    found: dict[str, dict[str, object]] = json.loads((folder / "clients.json").read_text("utf-8"))
    return found
