"""The log's own name, key and files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey
from minben.trail.log_files import LogFiles


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


def folder() -> Path:
    """Where the log's files are. Everything in them may be published."""
    return Path(settings.TRAIL_FOLDER)


@contextmanager
def files(size: int) -> Iterator[LogFiles]:
    """The log's files as of a committed size, for reading."""
    opened = LogFiles(folder(), size)
    try:
        yield opened
    finally:
        opened.close()
