"""How an agreement comes about, in words: who signs, in which order, by when, on what evidence.

An agreement that all its parties sign, with no deadline, needs no such words: the list of signers
says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils import timezone

from minben.base.text import Text
from minben.identity import queries as identity
from minben.protocol.agreement import Agreement, Rule
from minben.registry import queries as registry

_HOW = Text("成立條件：{rule}", "Comes about when: {rule}")
_ALL = Text("（{parts}）全部簽署", "all of ({parts}) have signed")
_ANY = Text("（{parts}）任一人簽署", "any one of ({parts}) has signed")
_LEAST = Text("（{parts}）至少{least}人簽署", "at least {least} of ({parts}) have signed")
_IN_ORDER = Text("依序：{parts}（前一項完成後才輪到下一項）", "one after the other: {parts}")
_SIGN_BY = Text(
    "簽署期限：{at} 前未全部完成，本同意書失效。",
    "To be signed by {at}; if it is not complete by then, it lapses.",
)
_REMIND = Text(
    "尚未表示的人，會在期限前 {days} 天收到提醒。",
    "Whoever has said nothing is reminded {days} day(s) before.",
)
_STANDS = Text(
    "全部簽署之後，任何一人死亡不影響效力。",
    "Once it has come about, it outlives the death of any of those who signed.",
)
_PARTY_SET = Text(
    "當事人是誰，依 {source} 於 {at} 簽發的名冊（識別碼 {digest}）。",
    "Who the parties are is proved by the extract of {source} of {at} ({digest}).",
)
_AGENT = Text(
    "{agent} 是代理人：須接受委任才成立，也可以隨時辭任。",
    "{agent} is the agent: must accept the mandate, and may resign at any time.",
)


def how_it_comes_about(agreement: Agreement) -> Iterator[Text]:
    """The lines that the text shown to every party adds; none where there is nothing to say."""
    names = {p.role: identity.name_of_ref(p.signatory) for p in agreement.parties}
    if agreement.rule != Rule.all(*names):
        yield _HOW.filled(rule=in_words(agreement.rule, names))
    if agreement.sign_by is not None:
        yield _SIGN_BY.filled(at=_minute(agreement.sign_by))
    if agreement.remind_days:
        days = [str(day) for day in sorted(agreement.remind_days, reverse=True)]
        yield _REMIND.filled(days=Text("、".join(days), ", ".join(days)))
    if agreement.after_death == "stands":
        yield _STANDS
    if agreement.party_set is not None:
        yield _PARTY_SET.filled(
            source=registry.agency_name(agreement.party_set.source),
            at=_minute(agreement.party_set.extracted_at),
            digest=agreement.party_set.digest,
        )
    if agreement.agent is not None and agreement.agent.startswith("person:"):
        yield _AGENT.filled(agent=identity.name_of_ref(agreement.agent))


def in_words(rule: Rule, names: Mapping[str, str]) -> Text:
    """A rule with the names of those who hold its roles."""
    if rule.name:
        return Text(names[rule.name], names[rule.name])
    parts = [in_words(part, names) for part in rule.of]
    if rule.ordered:
        arrow = Text(" → ".join(p.zh for p in parts), ", then ".join(p.en for p in parts))
        return _IN_ORDER.filled(parts=arrow)
    listed = Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
    if rule.least == len(parts):
        return _ALL.filled(parts=listed)
    if rule.least == 1:
        return _ANY.filled(parts=listed)
    return _LEAST.filled(parts=listed, least=rule.least)


def _minute(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
