"""The log's own name and key: what its checkpoints and receipts are signed with."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey


def origin() -> str:
    """The log's name in checkpoints: the platform's host and /trail."""
    return f"{urlsplit(settings.ORIGIN).hostname}/trail"


def signing_key() -> SigningKey:
    """The log's key. In the demo it is made on first need (0600); otherwise it must be there."""
    path = Path(getattr(settings, "TRAIL_KEY_FILE", settings.VAR / "keys" / "trail"))
    return SigningKey.load_or_make(path) if settings.DEMO else SigningKey.load(path)


def public_key() -> NoteKey:
    """The key to publish: with it alone everybody can check every proof of this log."""
    return NoteKey(origin(), signing_key().public)
