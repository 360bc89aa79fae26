"""The text of an agreement, in both languages, exactly as it is shown and kept by its digest.

It carries what PDPA art. 8 demands before consent: who collects, for what, which categories,
how long, where and by whom they are used, the person's rights, and what refusing means.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from minben.base.text import Text
from minben.consent.change_text import changes
from minben.consent.rule_text import how_it_comes_about
from minben.facts.catalogue import FACTS
from minben.identity import queries as identity
from minben.identity.types import RepresentationKind
from minben.jobs.clock import TAIPEI
from minben.ledger.types import BankAccount
from minben.packs.articles import article
from minben.protocol.canonical import text_digest
from minben.protocol.terms import Agreement, FactRequest, Frequency, Party
from minben.registry import queries as registry

_TITLE = Text("同意書", "Agreement")
_PURPOSE = Text("目的：{purpose}", "Purpose: {purpose}")
_RECIPIENT = Text("使用機關：{recipient}", "Used by: {recipient}")
_BASIS = Text("法律依據：{basis}", "Legal basis: {basis}")
_ASKED = Text("只用這些資料：", "Only these data are used:")
_BY_LAW = Text(
    "法律已授權、不必再問您的資料：", "Used because a statute says so, not asked again:"
)
_YES_NO = Text(
    "・{name}：只回答「{question}：是／否」，絕不提供數值本身（{provider}）",
    "• {name}: only “{question}: yes/no”, never the value itself ({provider})",
)
_VALUE = Text("・{name}：{fact}（{provider}）", "• {name}: {fact} ({provider})")
_MANDATED = Text("・{name}：{fact}（{provider}）", "• {name}: {fact} ({provider})")
_PERIOD = Text("有效期間：{start} 至 {end}（臺灣時間）", "Valid: {start} to {end} (Taiwan time)")
_FREQUENCY: dict[Frequency, Text] = {
    "once": Text("次數：只用一次，用完即失效", "How often: once; after that it is used up"),
    "monthly": Text(
        "次數：持續授權，每月一次，直到期滿或您撤回",
        "How often: a standing permission, once a month until it ends or you take it back",
    ),
    "yearly": Text(
        "次數：持續授權，每年一次，直到期滿或您撤回",
        "How often: a standing permission, once a year until it ends or you take it back",
    ),
    "unlimited": Text(
        "次數：持續授權，需要時使用，直到期滿或您撤回",
        "How often: a standing permission, whenever needed until it ends or you take it back",
    ),
}
_RETENTION = Text(
    "保存：機關最多保存 {days} 天，之後刪除",
    "Kept: by the agency for at most {days} days, then deleted",
)
_NOT_KEPT = Text("保存：決定作成後不再保存", "Kept: not beyond the decision that it is used for")
_SIGNERS = Text("需要簽署：", "Who has to sign:")
_SIGNER = Text("・{name}", "• {name}")
_FOR = Text("・{hand}，代理 {name}（{authority}）", "• {hand}, for {name} ({authority})")
_AGENT = Text("由 {agent} 代為傳送", "Carried by {agent}")
_WHO_SEES = {
    "subjects": Text(
        "使用紀錄：每個人只看得到自己資料的使用紀錄",
        "Who sees that data were used: everyone sees the uses of their own data only",
    ),
    "parties": Text(
        "使用紀錄：所有簽署人都看得到何時查詢過",
        "Who sees that data were used: everyone named here sees when it happened",
    ),
}
_RIGHTS = Text(
    "您的權利：查詢、複本、更正、停止使用、刪除（個人資料保護法第3條）。利用地區：臺灣。",
    "Your rights: to inspect, copy, correct, stop and delete (Personal Data Protection Act, "
    "art. 3). Used in: Taiwan.",
)
_REVOKE = Text(
    "您可以隨時撤回；從下一次查詢起立即停止。",
    "You can take it back at any time; it stops with the very next request.",
)
_REFUSE = Text(
    "不同意也可以：您仍可臨櫃並以紙本證明申請，其他權益不受影響。",
    "You may refuse: you can still apply at the counter with paper proof; nothing else changes.",
)
_IS = Text("{fact}是「{value}」", "{fact} is “{value}”")
_AT_LEAST = Text("{fact}在 {value} 以上", "{fact} is {value} or more")


def render(agreement: Agreement, replaced: Agreement | None = None) -> tuple[Text, str]:
    """The text in both languages, and its digest; with what changes of the one it replaces.

    The names of people are those known when it is proposed; the text kept is what was shown. Of
    an account it shows the bank and the last four digits: several people may read it, and the
    terms themselves, which are signed by their digest, hold the rest.
    """
    lines = [
        _TITLE,
        _PURPOSE.filled(purpose=agreement.purpose),
        _RECIPIENT.filled(
            recipient=registry.agency_name(agreement.recipient.removeprefix("agency:"))
        ),
        _BASIS.filled(basis=article(agreement.legal_basis)),
    ]
    if replaced is not None:
        lines += changes(replaced, agreement, part=_part)
    asked = [request for request in agreement.facts if request.mandate is None]
    by_law = [request for request in agreement.facts if request.mandate is not None]
    lines += [_ASKED, *map(_asked, asked)]
    if by_law:
        lines += [_BY_LAW, *map(_mandated, by_law)]
    lines += [
        _FREQUENCY[agreement.frequency],
        _PERIOD.filled(start=_minute(agreement.valid_from), end=_minute(agreement.valid_until)),
        _RETENTION.filled(days=agreement.retention_days)
        if agreement.retention_days
        else _NOT_KEPT,
        _SIGNERS,
        *map(_signer, agreement.parties),
    ]
    lines += how_it_comes_about(agreement)
    if agreement.agent is not None and not agreement.agent.startswith("person:"):
        lines.append(_AGENT.filled(agent=agreement.agent))
    lines += [_WHO_SEES[agreement.visibility], _RIGHTS, _REVOKE, _REFUSE]
    text = _joined(lines)
    return text, text_digest(text.zh, text.en)


def question(request: FactRequest) -> Text:
    """What a request asks, in words: the comparison, or the fact's name."""
    fact = FACTS.get(request.fact)
    name = fact.name if fact else Text(request.fact, request.fact)
    if request.op == "value" or request.value is None:
        return name
    value = _value(request)
    if request.op == "at_least":
        return _AT_LEAST.filled(fact=name, value=value)
    if request.value is True:
        return name
    return _IS.filled(fact=name, value=value)


def never_sent(request: FactRequest) -> bool:
    """Whether only the answer to a comparison leaves the provider."""
    return request.op != "value"


def _asked(request: FactRequest) -> Text:
    pattern = _YES_NO if never_sent(request) else _VALUE
    return pattern.filled(
        name=identity.name_of_ref(request.subject),
        question=question(request),
        fact=question(request),
        provider=_provider(request),
    )


def _mandated(request: FactRequest) -> Text:
    return _MANDATED.filled(
        name=identity.name_of_ref(request.subject),
        fact=question(request),
        provider=_provider(request),
    )


def _part(side: Agreement, kind: str, value: Any) -> Text:
    """A party or a fact of an agreement, as its text lists it, without the bullet."""
    if kind == "facts":
        request = FactRequest.from_json(value)
        listed = _asked(request) if request.mandate is None else _mandated(request)
    else:
        listed = _signer(next(p for p in side.parties if p.role == value["role"]))
    return Text(listed.zh.removeprefix("・"), listed.en.removeprefix("• "))


def _signer(party: Party) -> Text:
    if party.representative is None:
        return _SIGNER.filled(name=identity.name_of_ref(party.subject))
    return _FOR.filled(
        hand=identity.name_of_ref(party.representative),
        name=identity.name_of_ref(party.subject),
        authority=_authority(party.authority or ""),
    )


def _authority(written: str) -> Text:
    """By what right somebody signs: the kind of a recorded representation, in words."""
    kind = written.partition(":")[0]
    if kind in set(RepresentationKind):
        return RepresentationKind(kind).text
    return Text(written, written)


def _provider(request: FactRequest) -> Text:
    return registry.provider_of(request.data_set).name


def _value(request: FactRequest) -> Text:
    fact = FACTS.get(request.fact)
    written = str(request.value)
    if request.fact == "owns_account":
        masked = BankAccount(*written.partition("-")[::2]).masked
        return Text(masked, masked)
    if fact is None or request.value is None:
        return Text(written, written)
    return fact.named(request.value)


def _minute(at: datetime) -> str:
    return at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")


def _joined(lines: Iterable[Text]) -> Text:
    told = list(lines)
    return Text("\n".join(line.zh for line in told), "\n".join(line.en for line in told))
