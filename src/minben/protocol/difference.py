"""What a new agreement changes of an old one: shown to all before all sign again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from minben.protocol.agreement import Agreement

Kind = Literal["added", "removed", "changed"]
_NAMED = {"parties": ("role",), "facts": ("subject", "fact", "op", "value", "data_set")}
_NO_CHANGE = frozenset({"nonce", "format", "replaces"})  # tell two apart, say nothing else


@dataclass(frozen=True, slots=True)
class Change:
    """變更 One term that is new, gone or different; `place` is where it stands.

    A party or fact is named by what tells it apart (`parties.heir`), so that the order of listing
    is no change. `before` and `after` are JSON, None where there is nothing.
    """

    kind: Kind
    place: str
    before: Any
    after: Any


def difference(old: Agreement, new: Agreement) -> tuple[Change, ...]:
    """Every change from one agreement to another, in the order of the terms; empty when none.

    Two agreements with equal terms and other nonces differ in nothing that is agreed.
    """
    before, after = _terms(old), _terms(new)
    places = dict.fromkeys((*before, *after))
    return tuple(_change(place, before.get(place), after.get(place)) for place in places
                 if before.get(place) != after.get(place))  # fmt: skip


def _change(place: str, before: Any, after: Any) -> Change:
    kind: Kind = "changed"
    if before is None:
        kind = "added"
    elif after is None:
        kind = "removed"
    return Change(kind, place, before, after)


def _terms(agreement: Agreement) -> dict[str, Any]:
    return dict(_flat(agreement.to_json()))


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if name in _NAMED:
            yield from _items(name, value)
        elif name not in _NO_CHANGE:
            yield name, value


def _items(name: str, items: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each item under what tells it apart; a fact asked for twice is numbered."""
    seen: dict[str, int] = {}
    for item in items:
        told = ".".join(str(item[key]) for key in _NAMED[name] if item[key] is not None)
        seen[told] = seen.get(told, 0) + 1
        again = f".{seen[told]}" if seen[told] > 1 else ""
        yield f"{name}.{told}{again}", item
