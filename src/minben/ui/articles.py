"""Legal bases in the reader's language, and which of a decision's sources bind.

Agreements and mandates hold their articles as one line of 正體中文, as providers check them. The
packs know each article in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from minben.base.text import Text
from minben.packs import load
from minben.packs.types import Source

_BINDING = ("statute", "regulation", "plan")
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


def binding(citations: Iterable[Text]) -> tuple[Text, ...]:
    """Statutes, regulations and plans among the sources of a decision."""
    return tuple(c for c in citations if _kind(c) in _BINDING)


def consulted(citations: Iterable[Text]) -> tuple[Text, ...]:
    """What was read besides: notices, reports, press, assumptions."""
    return tuple(c for c in citations if _kind(c) not in _BINDING)


def _kind(citation: Text) -> str:
    known = _sources().get(citation.zh)
    return known.kind if known else "statute"


def _one(part: str) -> Text:
    known = _sources().get(part)
    if known:
        return known.text
    both = _BOTH.fullmatch(part)
    return Text(both["zh"], both["en"].replace("PDPA", _PDPA)) if both else Text(part, part)


@cache
def _sources() -> dict[str, Source]:
    packs = (load.pack(key) for key in load.known())
    return {source.text.zh: source for pack in packs for source in pack.manifest.sources.values()}
