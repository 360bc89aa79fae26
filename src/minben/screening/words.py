"""Why a run waits or failed, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from minben.base.text import Text

_WORDS = {
    key: Text(**words)
    for key, words in tomllib.loads(
        files("minben.screening").joinpath("words.toml").read_text("utf-8")
    ).items()
}


def explain(key: str, details: Mapping[str, Any]) -> Text | None:
    """The sentence of a key; None for the empty one. Bilingual details are {"zh", "en"}."""
    if not key:
        return None
    filled = {n: Text.from_json(v) if isinstance(v, Mapping) else v for n, v in details.items()}
    return _WORDS[key].filled(**filled)
