"""What the law, an offer, a case and a record are in words: `{% load in_words %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from minben.base.text import Text
from minben.cases.types import CaseView
from minben.life_events.types import AskView, OfferView, OutcomeView
from minben.packs import load
from minben.registry import queries as registry
from minben.ui import articles, details, language, questions, waiting
from minben.ui.templatetags.minben import MONTHS

register = template.Library()
_STATES = {
    "pending": Text("等簽署", "Waiting for signatures"),
    "active": Text("生效中", "In force"),
    "used": Text("已使用完畢", "Used"),
    "revoked": Text("已撤回", "Withdrawn"),
    "rejected": Text("不同意", "Declined"),
    "expired": Text("已過期", "Expired"),
    "void": Text("因當事人死亡或喪失能力而終止", "Ended: a party died or lost capacity"),
}
_APPROVERS = {"child-welfare-director": Text("社會局兒少福利科科長", "Director of Child Welfare")}


@register.filter
def article(written: str | Text) -> str:
    """A legal basis in the page's language."""
    return language.told(articles.article(written))


@register.filter
def binding(citations: Iterable[Text]) -> tuple[Text, ...]:
    """The sources that bind."""
    return articles.binding(citations)


@register.filter
def consulted(citations: Iterable[Text]) -> tuple[Text, ...]:
    """The sources that were read besides."""
    return articles.consulted(citations)


@register.filter
def question(ask: AskView) -> str:
    """The question of an offer, with the name of whom it is about."""
    return language.told(questions.asked(ask))


@register.filter
def hope(offer: OfferView) -> str:
    """On which answers the money depends; nothing when it depends on none."""
    told = questions.hope(offer)
    return language.told(told) if told else ""


@register.filter
def amounts(offer: OfferView) -> int:
    """How many different amounts can come of an offer."""
    return questions.amounts(offer)


@register.filter
def best_first(outcomes: Iterable[OutcomeView]) -> list[OutcomeView]:
    """Outcomes, the largest amount first, each pair of amount and reason once."""
    return sorted(dict.fromkeys(outcomes), key=lambda one: -(one.amount or 0))


@register.filter
def waits_for(case: CaseView) -> tuple[Text, ...]:
    """For whom or what a case waits."""
    return waiting.waits_for(case)


@register.filter
def dated(text: object) -> str:
    """A sentence whose days and months are written as people write them."""
    shown = language.told(text) if isinstance(text, Text) else str(text or "")
    chinese = language.current() == "zh"
    return questions.dates_in_words(shown, chinese=chinese, months=MONTHS)


@register.filter
def one_tongue(line: str) -> str:
    """ "正體中文 · English" in the page's language."""
    return language.told(details.in_one_tongue(line))


@register.filter
def rows(record: Mapping[str, Any]) -> tuple[details.Row, ...]:
    """The details of an entry, in words."""
    return details.rows_of(record)


@register.filter
def agreement_state(status: str) -> str:
    """How an agreement stands."""
    known = _STATES.get(status)
    return language.told(known) if known else status


@register.filter
def agency(key: str) -> str:
    """What an agency is called, by its key."""
    return language.told(registry.agency_name(key))


@register.filter
def service(key: str) -> str:
    """What a public service is called, by the key of its pack."""
    return language.told(load.pack(key).name) if key in load.known() else key


@register.filter
def office(key: str) -> str:
    """What an approving office is called."""
    known = _APPROVERS.get(key)
    return language.told(known) if known else key
