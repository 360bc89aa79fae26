"""The office's own key: it approves mandates, and says who holds office there."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from minben.protocol.keys import SigningKey


def office_key() -> SigningKey:
    """The approving office's key; made once on a laptop, a path of the environment elsewhere."""
    path = Path(settings.VAR) / "keys" / "approver"
    return SigningKey.load_or_make(path) if settings.DEMO else SigningKey.load(path)
