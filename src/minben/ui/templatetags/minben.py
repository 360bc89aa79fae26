"""What templates may say: `{% load minben %}`."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from minben.base.identifiers import mask
from minben.base.money import written
from minben.base.month import Month
from minben.base.text import Text
from minben.cases.types import FactView, TaskKind
from minben.facts.catalogue import FACTS
from minben.ui import language

register = template.Library()
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_OTHER_FACTS = {"name_en": Text("英文姓名", "name in English")}
_TASKS = {
    TaskKind.CONFIRM_DECISION: Text("確認決定", "Confirm a decision"),
    TaskKind.APPROVE_OVERRIDE: Text("第二人審核", "Second pair of eyes"),
    TaskKind.ANSWER_APPEAL: Text("答覆訴願", "Answer an appeal"),
    TaskKind.REVIEW_OBJECTION: Text("處理異議", "Review an objection"),
    TaskKind.REACH_PERSON: Text("聯絡民眾", "Reach a person"),
    TaskKind.FACTS_MISSING: Text("資料未到", "Facts missing"),
    TaskKind.NEW_ACCOUNT: Text("新帳戶", "New account"),
}


@register.simple_tag
def say(zh: str, en: str, **values: object) -> str:
    """Fixed words in the page's language: `{% say "您好，{name}" "Hello, {name}" name=n %}`.

    Values are escaped; the words themselves are the template's own.
    """
    words = zh if language.current() == "zh" else en
    if not values:
        return mark_safe(words)  # noqa: S308 - the words are written in our own templates
    shown = {key: conditional_escape(_tell(value)) for key, value in values.items()}
    return mark_safe(words.format_map(shown))  # noqa: S308 - values escaped above


@register.filter
def told(value: object) -> str:
    """A `Text` in the page's language; anything else as it is."""
    return _tell(value)


@register.filter
def ntd(amount: int | None) -> str:
    """`NT$ 5,000`; nothing for no amount."""
    return "" if amount is None else written(amount)


@register.filter
def masked(number: str) -> str:
    """A number of a person, recognisable only to its owner."""
    return mask(number)


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """A day as people write it, in a `<time>` that machines read."""
    if value is None:
        return mark_safe("")
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), _day(on))


@register.filter
def moment(value: datetime | None) -> SafeString:
    """A day and the time of day in Taipei."""
    if value is None:
        return mark_safe("")
    local = timezone.localtime(value)
    shown = f"{_day(local.date())} {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), shown)


@register.filter
def month(value: Month | None) -> SafeString:
    """A calendar month."""
    if value is None:
        return mark_safe("")
    if language.current() == "zh":
        shown = f"{value.year} 年 {value.number} 月"
    else:
        shown = f"{MONTHS[value.number - 1]} {value.year}"
    return format_html('<time datetime="{}">{}</time>', str(value), shown)


def _day(on: date) -> str:
    if language.current() == "zh":
        return f"{on.year} 年 {on.month} 月 {on.day} 日"
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def _tell(value: object) -> str:
    if isinstance(value, Text):
        return language.told(value)
    return "" if value is None else str(value)


@register.filter
def readable(value: object) -> str:
    """Any record as indented JSON, for those who want the whole of it."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@register.filter
def draft_path(key: str) -> str:
    """Where a draft is taken up again: "appeal:MB-…" → its form."""
    kind, _, what = key.partition(":")
    return f"/apply/{what}" if kind == "apply" else f"/cases/{what}/{kind}"


@register.filter
def draft_reference(key: str) -> str:
    """What a draft is about."""
    return key.partition(":")[2]


@register.filter
def task_kind(kind: TaskKind) -> str:
    """What a kind of task is called in the queue's filter."""
    return language.told(_TASKS[TaskKind(kind)])


@register.filter
def about_path(reference: str) -> str:
    """The page of what a notice is about: a case by its reference, an offer by its uuid."""
    return f"/cases/{reference}" if reference.startswith("MB-") else f"/offers/{reference}"


@register.filter
def words(text: str) -> list[str]:
    """The words of a line, to loop over."""
    return text.split()


@register.filter
def entry(typed: Mapping[str, object], name: str) -> object:
    """One entry of a mapping by name; empty when absent."""
    return typed.get(name, "")


@register.filter
def readable_line(value: object) -> str:
    """A detail of a record on one line."""
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return str(value[language.current()])
    if isinstance(value, list | tuple):
        return listed(readable_line(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def fact_name(key: str) -> str:
    """What a fact of the catalogue is called."""
    fact = FACTS.get(key)
    other = _OTHER_FACTS.get(key)
    return language.told(fact.name) if fact else language.told(other) if other else key


@register.filter
def listed(values: Iterable[object]) -> str:
    """Several things in a row, separated as the language does."""
    return ("、" if language.current() == "zh" else ", ").join(_tell(value) for value in values)


@register.filter
def fact_names(keys: Iterable[str]) -> str:
    """What several facts are called, in a row."""
    return listed(fact_name(key) for key in keys)


@register.filter
def compared(facts: Iterable[FactView]) -> list[FactView]:
    """The answers to yes-or-no questions: what people were asked about."""
    return [fact for fact in facts if _is_comparison(fact)]


@register.filter
def registered(facts: Iterable[FactView]) -> list[FactView]:
    """What the registers hold anyway."""
    return [fact for fact in facts if not _is_comparison(fact)]


def _is_comparison(fact: FactView) -> bool:
    return any(sign in fact.key for sign in "<>=")
