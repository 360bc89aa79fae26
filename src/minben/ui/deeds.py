"""Entries of the trail in words: who did what with whose data, on which basis.

The words of verbs stand in `deeds.toml`; a verb without words is shown by its room, never hidden.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from uuid import UUID

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import queries as consent
from minben.identity import queries as identity
from minben.registry import queries as registry
from minben.trail.types import EntryView
from minben.ui.details import about

Basis = Literal["consent", "law", "self", "platform"]
_SENTENCE = re.compile("[一-鿿]| ")  # keys and identifiers say nothing to a person
_YOU = Text("您", "You")
_PLATFORM = Text("本平臺", "This platform")
_SEALED = Text(
    "一筆依法暫不公開的使用。期限到了您就會看到全部。",
    "A use that the law keeps back for now. You will see all of it when the time is over.",
)
_ERASED = Text(
    "一筆已依法刪除內容的紀錄；它的位置仍在，證明仍有效。",
    "An entry whose content was erased by law; its place remains and the proof still holds.",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """足跡一筆 One entry as a person reads it."""

    number: int | None
    at: datetime
    who: Text
    what: Text
    basis: Basis
    under: Text | None
    agreement: str | None
    details: Mapping[str, Any]
    about: Text | None = None  # which facts, of which provider


def told_entries(entries: list[EntryView], *, reader: UUID) -> list[Deed]:
    """A person's entries in words, newest first."""
    return [_deed(entry, reader) for entry in reversed(entries)]


def deed_name(verb: str) -> Text:
    """What a verb means; its own spelling where no words were written."""
    found = _deeds().get(verb)
    return found or Text(f"其他紀錄（{verb}）", f"Another entry ({verb})")


def known_verbs() -> frozenset[str]:
    """Every verb that has words."""
    return frozenset(_deeds())


def actor_name(actor: str, *, reader: UUID | None = None) -> Text:
    """Who an entry names: the reader, a person at an office, an agency, the platform."""
    named = [_part_name(part, reader) for part in actor.split() if part]
    if not named:
        return _PLATFORM
    return Text("、".join(t.zh for t in named), ", ".join(t.en for t in named))


@cache
def _deeds() -> dict[str, Text]:
    words = tomllib.loads(files("minben.ui").joinpath("deeds.toml").read_text("utf-8"))
    return {verb: Text(entry["zh"], entry["en"]) for verb, entry in words.items()}


def _deed(entry: EntryView, reader: UUID) -> Deed:
    if entry.withheld is not None:
        what = _SEALED if entry.withheld == "sealed" else _ERASED
        return Deed(entry.number, entry.recorded_at, _PLATFORM, what, "platform", None, None, {})
    basis, under, agreement = _basis(entry, reader)
    return Deed(
        number=entry.number,
        at=entry.recorded_at,
        who=actor_name(entry.actor, reader=reader),
        what=deed_name(entry.verb),
        basis=basis,
        under=under,
        agreement=agreement,
        details=entry.details,
        about=about(entry.details),
    )


def _basis(entry: EntryView, reader: UUID) -> tuple[Basis, Text | None, str | None]:
    basis = entry.basis
    if basis.startswith("sha-256:") and _is_agreement(basis):
        return "consent", None, basis
    if entry.actor.split(" ")[0] == f"person:{reader}":
        return "self", _article(basis), None
    name = _mandate(basis)
    if name is not None:
        return "law", name, None
    return ("law", _article(basis), None) if basis else ("platform", None, None)


def _is_agreement(basis: str) -> bool:
    try:
        consent.document(basis)
    except Refused:
        return False
    return True


def _mandate(basis: str) -> Text | None:
    try:
        return consent.mandate(basis.removeprefix("mandate:")).name
    except Refused:
        return None


def _article(basis: str) -> Text | None:
    """An article or purpose as it was written."""
    return Text(basis, basis) if _SENTENCE.search(basis) else None


def _part_name(part: str, reader: UUID | None) -> Text:
    kind, _, rest = part.partition(":")
    if kind == "agency":
        return registry.agency_name(rest)
    if kind in ("person", "assisted-by"):
        if reader is not None and rest == str(reader):
            return _YOU
        name = identity.display_name(UUID(rest))
        if kind == "assisted-by":
            return Text(f"櫃檯人員 {name} 協助", f"helped by the clerk {name}")
        return Text(name, name)
    if kind == "for":
        return Text("以代理人身分", "as a representative")
    return _PLATFORM
