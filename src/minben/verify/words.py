"""The sentences of `minben verify`, in both languages; the trail page shows the same ones."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from minben.base.text import Text

Part = Literal["findings", "checks", "verdict"]


@cache
def words(part: Part) -> dict[str, Text]:
    """Sentences by code, with `{name}` places: what is broken, what was checked, the verdict."""
    source = files("minben.verify").joinpath("words.toml").read_text("utf-8")
    return {code: Text.from_json(text) for code, text in tomllib.loads(source)[part].items()}
