"""What decisions rest on: the signed answers, named for people."""

from __future__ import annotations

from uuid import UUID

from minben.base.text import Text
from minben.cases.dossier import dossier
from minben.cases.models import Case
from minben.cases.types import FactView
from minben.cases.words import texts
from minben.exchange import queries as exchange
from minben.exchange.types import AnswerView, TransferView
from minben.facts.catalogue import FACTS


def facts_under(
    case: Case, shown_about: frozenset[UUID] | None
) -> dict[UUID, tuple[FactView, ...]]:
    """The answers of a case by transfer; about people not in `shown_about`, named but hidden."""
    file = dossier(case.pack, case.subject)
    transfers = {t.uuid: t for t in exchange.transfers_of(file)}
    found: dict[UUID, tuple[FactView, ...]] = {}
    for answer in exchange.answers_for(file):
        transfer = transfers.get(answer.transfer)
        if transfer is None:
            continue
        hidden = shown_about is not None and answer.subject not in shown_about
        found[answer.transfer] = (
            *found.get(answer.transfer, ()),
            _fact(answer, transfer, hidden=hidden),
        )
    return found


def keys_shown(case: Case, shown_about: frozenset[UUID]) -> frozenset[str]:
    """Under which keys ("mother") the law knew these people, and nobody else, in this case."""
    named: dict[str, set[UUID]] = {}
    for answer in exchange.answers_for(dossier(case.pack, case.subject)):
        named.setdefault(answer.predicate.person, set()).add(answer.subject)
    return frozenset(key for key, people in named.items() if people <= shown_about)


def _fact(answer: AnswerView, transfer: TransferView, *, hidden: bool) -> FactView:
    mandate = transfer.basis.startswith("mandate")
    return FactView(
        key=_key(answer),
        text=_text(answer),
        answer=texts()["answer.hidden"] if hidden else _answer(answer),
        provider=transfer.provider_name,
        basis=texts()["basis.mandate" if mandate else "basis.agreement"],
        transfer=answer.transfer,
        known_on=answer.known_on,
    )


def _key(answer: AnswerView) -> str:
    asked = answer.predicate
    return f"{asked.person}.{asked.fact}" if asked.fact == "owns_account" else asked.key


def _text(answer: AnswerView) -> Text:
    """The question in words; an account is never written out."""
    fact = answer.predicate.fact
    if fact not in FACTS:
        return texts().get(f"fact.{fact}", Text(fact, fact))
    return FACTS[fact].name if fact == "owns_account" else answer.predicate.text


def _answer(answer: AnswerView) -> Text:
    if not answer.known:
        return texts()["answer.unknown"]
    if isinstance(answer.value, bool):
        return texts()["answer.yes" if answer.value else "answer.no"]
    if answer.predicate.fact == "benefit_account":
        return texts()["answer.known"]
    if isinstance(answer.value, str | int) and not str(answer.value).startswith("person:"):
        return Text(str(answer.value), str(answer.value))
    return texts()["answer.known"]
