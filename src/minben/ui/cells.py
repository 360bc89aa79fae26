"""Cells of a decision table in words: keys of the engine become what people call them."""

from __future__ import annotations

from minben.base.text import Text
from minben.facts.catalogue import FACTS
from minben.packs.model import Pack

_STATUS = {
    "due": Text("符合", "due"),
    "not_due": Text("不符合", "not due"),
    "open": Text("待確認", "open"),
}
_HEADS = {
    "status": Text("結果", "Result"),
    "scheme": Text("項目", "Scheme"),
    "amount": Text("金額（元）", "Amount (NTD)"),
    "reason": Text("理由", "Reason"),
}
_TRUTH = {"yes": Text("是", "yes"), "no": Text("否", "no")}
_NOTHING = Text("–", "–")


def head(pack: Pack, column: str) -> Text:
    """What a column of results is called."""
    return _HEADS.get(column) or pack.texts["variables"].get(column) or Text(column, column)


def result(pack: Pack, column: str, value: str) -> Text:
    """One result: a status, a scheme, a reason in words; a formula stays a formula."""
    if not value:
        return _NOTHING
    words: dict[str, Text] = dict(_TRUTH)
    if column == "status":
        words |= _STATUS
    elif column == "scheme":
        words |= {key: scheme.name for key, scheme in pack.schemes.items()}
    elif column == "reason":
        words |= pack.texts["reasons"]
    return words.get(value, Text(value, value))


def condition(fact: str, value: str) -> Text:
    """One condition: the values of a fact by their names ("none, private" → "無、私立")."""
    known = FACTS.get(fact)
    if known is None or not known.value_names:
        return _TRUTH.get(value, Text(value, value))
    names = {str(key): text for key, text in known.value_names}
    parts = [names.get(part, Text(part, part)) for part in value.split(", ")]
    return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def source(pack: Pack, key: str) -> Text:
    """A source by its key in the pack."""
    known = pack.manifest.sources.get(key)
    return known.text if known else Text(key, key)
