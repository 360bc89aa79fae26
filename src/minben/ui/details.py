"""What an entry of the trail holds besides its sentence, in words; identifiers stand apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from minben.base.assurance import AssuranceLevel
from minben.base.money import NTD, written
from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.facts.predicate import Predicate
from minben.identity.types import Method, Role
from minben.packs import load
from minben.registry import queries as registry
from minben.ui.questions import question

Row = tuple[Text, Text]
_SENTENCE = re.compile("[一-鿿]| ")
_UUID = re.compile(r"\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AT_ONCE = 3
_TO_CHECK = Text("供查驗", "For checking")
_LEVELS = {
    "low": Text("低", "low"),
    "medium": Text("中", "medium"),
    "high": Text("高", "high"),
}
_WORDS = {
    "due": Text("符合", "due"),
    "not_due": Text("不符合", "not due"),
    "open": Text("尚未確定", "still open"),
    "mandate": Text("依法主動辦理", "begun under the law, without an application"),
    "offer": Text("主動通知後同意", "an offer that was accepted"),
    "online": Text("線上申請", "applied on line"),
    "counter": Text("臨櫃申請", "applied at the counter"),
    "inbox": Text("平臺收件匣", "the inbox here"),
    "sms": Text("簡訊（只說有通知）", "SMS (only that there is a notice)"),
    "letter": Text("紙本信", "a letter"),
    "company": Text("公司負責人", "for a company"),
    "guardian": Text("法定代理人", "as a guardian"),
    "attorney": Text("受委任", "by power of attorney"),
}


def rows_of(details: Mapping[str, Any]) -> tuple[Row, ...]:
    """Each detail with its name and its value in words; keys and digests in one last row."""
    told: list[Row] = []
    ids: list[str] = []
    for key, value in details.items():
        name, words = _KNOWN.get(key, (None, None))
        said = _tried(words, value) if words else None
        if name is not None and said is not None:
            told.append((name, said))
        elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            ids.append(str(value))
    if ids:
        told.append((_TO_CHECK, Text(" · ".join(ids), " · ".join(ids))))
    return tuple(told)


def about(details: Mapping[str, Any]) -> Text | None:
    """Which facts an entry is about, on one line: the provider and its questions."""
    provider, questions = details.get("provider"), details.get("asked")
    if not isinstance(provider, str) or not isinstance(questions, list):
        return None
    said = _tried(_first_questions, questions)
    if said is None:
        return None
    agency = registry.agency_name(provider)
    return Text(f"{agency.zh}：{said.zh}", f"{agency.en}: {said.en}")


def in_one_tongue(line: str) -> Text:
    """ "正體中文 · English" as two texts; a line in one language stays as it is."""
    zh, dot, en = line.partition(" · ")
    return Text(zh, en) if dot and zh and en else Text(line, line)


def _tried(words: Callable[[Any], Text | None], value: Any) -> Text | None:
    try:
        return words(value)
    except (KeyError, ValueError, TypeError, AttributeError, Refused):
        return None


def _same(value: Any) -> Text:
    return Text(str(value), str(value))


def _sentence(value: Any) -> Text | None:
    if isinstance(value, Mapping):
        return Text.from_json(value)
    line = _UUID.sub("", str(value))
    return in_one_tongue(line) if _SENTENCE.search(line) else None


def _month(value: Any) -> Text:
    Month.parse(value)
    return _same(value)


def _several(value: Any) -> Text | None:
    told = [_WORDS[one] for one in value]
    return Text("、".join(t.zh for t in told), ", ".join(t.en for t in told)) if told else None


def _questions(value: Any) -> Text | None:
    asked = [Predicate.from_json({"person": "-", **one}) for one in value]
    told = [p.about.name if p.op == "value" else _short(p) for p in asked]
    return Text("、".join(t.zh for t in told), ", ".join(t.en for t in told)) if told else None


def _first_questions(value: Any) -> Text | None:
    """The first three; how many there are when there are more."""
    told = _questions(value[:3])
    if told is None or len(value) <= _AT_ONCE:
        return told
    rest = len(value)
    return Text(f"{told.zh} 等 {rest} 項", f"{told.en} and others, {rest} in all")


def _short(one: Predicate) -> Text:
    if one.fact == "owns_account" or isinstance(one.value, bool):
        return one.about.name
    return question(one.fact, one.op, one.value) if one.op == "is" else one.text


_KNOWN: dict[str, tuple[Text, Callable[[Any], Text | None]]] = {
    "provider": (Text("回答的機關", "Answered by"), registry.agency_name),
    "asked": (Text("問了什麼", "What was asked"), _questions),
    "data_set": (Text("資料集", "Data set"), lambda v: registry.data_set(v).name),
    "month": (Text("月份", "Month"), _month),
    "amount": (Text("金額", "Amount"), lambda v: _same(written(NTD(v)))),
    "reference": (Text("案號", "Reference"), _same),
    "pack": (Text("服務", "Service"), lambda v: load.pack(v).name),
    "status": (Text("結果", "Outcome"), lambda v: _WORDS[v]),
    "channel": (Text("怎麼開始", "How it began"), lambda v: _WORDS[v]),
    "channels": (Text("送到哪裡", "Sent to"), _several),
    "kind": (Text("身分", "Capacity"), lambda v: _WORDS[v]),
    "purpose": (Text("目的", "Purpose"), _sentence),
    "reason": (Text("原因", "Reason"), _sentence),
    "method": (Text("用什麼證明", "Proved with"), lambda v: Method(v).text),
    "level": (
        Text("身分確信等級", "Assurance"),
        lambda v: _LEVELS[AssuranceLevel[v.upper()].name.lower()],
    ),
    "role": (Text("職務", "Duty"), lambda v: Role(v).text),
    "agency": (Text("機關", "Agency"), registry.agency_name),
}
