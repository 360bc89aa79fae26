"""What a new agreement changes of the one it replaces, in words that all of them sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minben.base.text import Text
from minben.consent.rule_text import in_words
from minben.identity import queries as identity
from minben.protocol.agreement import Agreement
from minben.protocol.difference import difference

_TITLE = Text(
    "這份同意書變更先前的同意書（識別碼 {id}），全體須重新簽署。變更如下：",
    "This changes an earlier agreement ({id}); all sign again. What changes:",
)
_NOTHING = Text("・內容沒有變更", "• nothing that is agreed")
_STILL = Text(
    "先前的同意書在期滿或撤回之前仍然有效。",
    "The earlier agreement holds until it ends or is taken back.",
)
_SAID = {
    "added": Text("・新增 {what}{after}", "• new: {what}{after}"),
    "removed": Text("・刪除 {what}{before}", "• gone: {what}{before}"),
    "changed": Text("・{what}{before} → {after}", "• {what}{before} → {after}"),
}
_WHAT = {
    "parties": Text("當事人：", "party: "),
    "facts": Text("資料：", "facts: "),
    "rule": Text("成立條件：", "comes about when: "),
    "purpose": Text("目的：", "purpose: "),
    "recipient": Text("接收機關：", "recipient: "),
    "legal_basis": Text("依據：", "legal basis: "),
    "valid_from": Text("生效：", "valid from: "),
    "valid_until": Text("期滿：", "valid until: "),
    "frequency": Text("次數：", "how often: "),
    "retention_days": Text("保存天數：", "days kept: "),
    "agent": Text("代理人：", "agent: "),
    "visibility": Text("誰看得到使用紀錄：", "who sees the uses: "),
    "sign_by": Text("簽署期限：", "to be signed by: "),
    "remind_days": Text("期限前幾天提醒：", "days of reminding before: "),
    "after_death": Text("當事人死亡時：", "when a party dies: "),
    "party_set": Text("當事人名冊：", "proof of the parties: "),
}


Part = Callable[[Agreement, str, Any], Text]


def changes(old: Agreement, new: Agreement, *, part: Part) -> Iterator[Text]:
    """The lines with which the text of the new agreement begins.

    `part` gives the words of a party or a fact as they stand in either agreement.
    """
    yield _TITLE.filled(id=old.id)
    found = difference(old, new)
    if not found:
        yield _NOTHING
    for change in found:
        kind = change.place.partition(".")[0]
        yield _SAID[change.kind].filled(
            what=_WHAT[kind],
            before=_value(old, kind, change.before, part),
            after=_value(new, kind, change.after, part),
        )
    yield _STILL


def _value(side: Agreement, kind: str, value: Any, part: Part) -> Text:
    if value is None:
        return Text("—", "—")
    if kind in ("parties", "facts"):
        return part(side, kind, value)
    if kind == "rule":
        names = {p.role: identity.name_of_ref(p.signatory) for p in side.parties}
        return in_words(side.rule, names)
    if kind == "purpose":
        return side.purpose
    written = value["digest"] if kind == "party_set" else value
    written = ", ".join(map(str, written)) if isinstance(written, list) else str(written)
    return Text(written or "—", written or "—")
