"""Why a transfer waits or ended, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from minben.base.text import Text

_WORDS = {
    key: Text(**words)
    for key, words in tomllib.loads(
        files("minben.exchange").joinpath("words.toml").read_text("utf-8")
    ).items()
}


def explain(key: str, details: Mapping[str, Any], provider: Text) -> Text | None:
    """The sentence of a key; None for the empty one. Bilingual details are {"zh", "en"}."""
    if not key:
        return None
    filled = {
        name: Text.from_json(value) if isinstance(value, Mapping) else value
        for name, value in details.items()
    }
    return _WORDS[key].filled(provider=provider, **filled)
