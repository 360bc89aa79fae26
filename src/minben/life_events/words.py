"""The sentences of this room, read once at start from `texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from minben.base.text import Text


@cache
def texts() -> Mapping[str, Text]:
    """Every sentence by its key."""
    raw = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
    return {key: Text.from_json(entry) for key, entry in raw.items()}


def said(key: str, **details: object) -> Text:
    """One sentence, its places filled."""
    return texts()[key].filled(**details)
