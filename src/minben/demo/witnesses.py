"""The demo town's two witnesses: in life two other organisations would run them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey
from minben.witness.folder import make_folder

NAMES = ("witness-one", "witness-two")
FIRST_PORT = 8041


def prepare(folder: Path, *, origin: str, first_port: int = FIRST_PORT) -> None:
    """Make both witnesses' folders and the trust policy that asks for both cosignatures."""
    host = urlsplit(origin).hostname
    path = Path(os.environ.get("MINBEN_TRAIL_KEY", folder / "keys" / "trail"))
    log = NoteKey(f"{host}/trail", SigningKey.load_or_make(path).public)
    lines = [f"log {log.text} {origin}/trail/"]
    for at, name in enumerate(NAMES):
        port = first_port + at
        made = make_folder(
            folder / "witnesses" / name, name=f"{host}/{name}", port=port, logs=[log.text]
        )
        lines.append(f"witness {name} {made.public.text} http://localhost:{port}/")
    lines += [f"group both all {' '.join(NAMES)}", "quorum both", ""]
    policy = Path(os.environ.get("MINBEN_TRAIL_POLICY", folder / "trail" / "policy"))
    policy.parent.mkdir(parents=True, exist_ok=True)
    fresh = policy.with_name(".policy.new")
    fresh.write_text("\n".join(lines), "utf-8")
    fresh.replace(policy)
