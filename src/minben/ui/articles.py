"""Which of a decision's sources bind, and which were only read besides."""

from __future__ import annotations

from collections.abc import Iterable

from minben.base.text import Text
from minben.packs.articles import article, sources

__all__ = ["article", "binding", "consulted"]
_BINDING = ("statute", "regulation", "plan")


def binding(citations: Iterable[Text]) -> tuple[Text, ...]:
    """Statutes, regulations and plans among the sources of a decision."""
    return tuple(c for c in citations if _kind(c) in _BINDING)


def consulted(citations: Iterable[Text]) -> tuple[Text, ...]:
    """What was read besides: notices, reports, press, assumptions."""
    return tuple(c for c in citations if _kind(c) not in _BINDING)


def _kind(citation: Text) -> str:
    known = sources().get(citation.zh)
    return known.kind if known else "statute"
