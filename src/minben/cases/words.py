"""The words of timelines and tasks, read once at start from `texts.toml`."""

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
    return {
        f"{section}.{name}": Text.from_json(entry)
        for section, entries in raw.items()
        for name, entry in entries.items()
    }


def said(key: str, **details: object) -> Text:
    """One sentence, its places filled."""
    return texts()[key].filled(**details)
