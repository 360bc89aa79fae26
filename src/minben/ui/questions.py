"""Questions to agencies as people would ask them, and what a family may hope for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minben.base.month import Month
from minben.base.text import Text
from minben.facts.catalogue import FACTS
from minben.law.domain import Value
from minben.life_events.types import AskView, OfferView

_KEY = re.compile(r"(?:\w+\.)?(?P<fact>\w+?)(?P<op>>=|==?|$)(?P<value>.*)")
_AT_LEAST = Text("{who}的{fact}是否達 {value}？", "Is {who} {fact} {value} or more?")
_ON_OR_AFTER = Text("{who}的{fact}是否在 {value} 以後？", "Is {who} {fact} {value} or later?")
_IS = Text("{who}的{fact}是否為「{value}」？", "Is {who} {fact} “{value}”?")
_HOLDS = Text("{who}是否「{fact}」？", "Does “{fact}” hold for {whom}?")
_OWNS = Text("帳戶 {value} 是否為{who}本人所有？", "Is the account {value} {who} own?")
_VALUE = Text("{who}的{fact}", "{who} {fact}")
_YOU = (Text("您", "your"), Text("您", "you"))

# What the answer has to be for the money to come: the other side of the question.
_HOPES = {
    "tax_rate>=": (
        Text("{who}的所得稅率低於 {value}", "{who} tax rate is below {value}"),
        Text("父母雙方的所得稅率都低於 {value}", "each parent’s tax rate is below {value}"),
    ),
    "parental_leave_benefit==": (
        Text("{who}沒有領育嬰留職停薪津貼", "{whom} draws no parental-leave benefit"),
        Text("父母都沒有領育嬰留職停薪津貼", "neither parent draws parental-leave benefit"),
    ),
}
_OTHERWISE = Text("還缺的 {n} 個答覆都符合", "the {n} missing answers allow it")


def question(
    fact: str, op: str, value: Value | None, *, name: str = "", mine: bool = False
) -> Text:
    """One question about one person, who is named; "you" when the reader is asked about."""
    shown: object = None
    who, whom = (
        _YOU if mine else (Text(name or "當事人", _of(name)), Text(name or "–", name or "–"))
    )
    known = FACTS.get(fact)
    called = known.name if known else Text(fact, fact)
    if op == "value" or value is None:
        pattern = _VALUE
    elif fact == "owns_account":
        pattern, shown = _OWNS, _account(str(value), mine=mine)
    elif isinstance(value, bool):
        pattern = _HOLDS
    else:
        dated = known is not None and known.type.kind == "date"
        pattern = _IS if op == "is" else _ON_OR_AFTER if dated else _AT_LEAST
        shown = _together(known.named(value)) if known else str(value)
    return pattern.filled(who=who, whom=whom, fact=called, value=shown)


def asked(ask: AskView) -> Text:
    """The question of an offer."""
    fact, op, value = _parts(ask.key)
    if fact not in FACTS or op != ">=" or not value.isdigit():
        return ask.text
    return question(fact, "at_least", int(value), name=ask.about_name)


def hope(offer: OfferView) -> Text | None:
    """On which answers the money depends: "each parent’s tax rate is below 20 %"."""
    groups: dict[tuple[str, str, str], list[AskView]] = {}
    for ask in offer.asks:
        groups.setdefault(_parts(ask.key), []).append(ask)
    found = [_hoped(parts, asks) for parts, asks in groups.items()]
    if not found:
        return None
    if any(one is None for one in found):
        return _OTHERWISE.filled(n=len(offer.asks))
    said = [one for one in found if one is not None]
    return Text("，而且".join(s.zh for s in said), " and ".join(s.en for s in said))


def amounts(offer: OfferView) -> int:
    """How many different amounts can come of an offer."""
    return len({outcome.amount for outcome in offer.outcomes if outcome.amount})


def dates_in_words(text: str, *, chinese: bool, months: Sequence[str]) -> str:
    """Days and months inside a sentence as people write them: 2022-09-30 → 30 Sep 2022."""

    def told(found: re.Match[str]) -> str:
        month = Month(int(found[1]), int(found[2]))
        day = int(found[3]) if found[3] else None
        if chinese:
            return f"{month.year} 年 {month.number} 月" + (f" {day} 日" if day else "")
        return (f"{day} " if day else "") + f"{months[month.number - 1]} {month.year}"

    return re.sub(
        r"(?<![0-9A-Za-z-])(20\d\d)-(0[1-9]|1[0-2])(?:-([0-3]\d))?(?![0-9A-Za-z-])", told, text
    )


def _parts(key: str) -> tuple[str, str, str]:
    found = _KEY.fullmatch(key)
    return (found["fact"], found["op"], found["value"]) if found else (key, "", "")


def _hoped(parts: tuple[str, str, str], asks: list[AskView]) -> Text | None:
    fact, op, value = parts
    both = _HOPES.get(f"{fact}{op}")
    if both is None:
        return None
    name = asks[0].about_name
    shown = _together(FACTS[fact].named(int(value))) if value.isdigit() else value
    pattern = both[0] if len(asks) == 1 else both[1]
    return pattern.filled(who=Text(name, _of(name)), whom=name, value=shown)


def _together(value: Text) -> Text:
    """A number and its unit are not torn apart at the end of a line."""
    return Text(value.zh.replace(" ", "\u00a0"), value.en.replace(" ", "\u00a0"))


def _of(name: str) -> str:
    return f"{name}’s" if name else "the person’s"


def _account(value: str, *, mine: bool) -> str:
    """Another's account is not the reader's business beyond its last digits."""
    return value if mine else f"…{value[-4:]}"
