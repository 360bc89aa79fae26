"""Legal bases in both languages.

Agreements and mandates hold their articles as one line of 正體中文, as providers check them. The
packs know each article in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from minben.base.text import Text
from minben.packs import load
from minben.packs.types import Source

_PDPA = "Personal Data Protection Act,"
_BOTH = re.compile(r"(?P<zh>.*[一-鿿）]) +(?P<en>[A-Z][ -~]*)")


def article(written: str | Text) -> Text:
    """One or several articles ("…；…") in both languages; one without English stays as it is."""
    if isinstance(written, Text) and written.zh != written.en:
        return written
    line = written.zh if isinstance(written, Text) else written
    parts = [_one(part.strip()) for part in line.split("；") if part.strip()]
    if not parts:
        return Text("–", "–")
    return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))


@cache
def sources() -> Mapping[str, Source]:
    """Every source that a pack names, by its 正體中文 words."""
    packs = (load.pack(key) for key in load.known())
    return {source.text.zh: source for pack in packs for source in pack.manifest.sources.values()}


def _one(part: str) -> Text:
    known = sources().get(part)
    if known:
        return known.text
    both = _BOTH.fullmatch(part)
    return Text(both["zh"], both["en"].replace("PDPA", _PDPA)) if both else Text(part, part)
