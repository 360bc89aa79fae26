"""An agreement as its parties read it: which question, about whom, to which agency."""

from __future__ import annotations

from dataclasses import dataclass

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import queries as consent
from minben.consent.types import AgreementView
from minben.facts.catalogue import FACTS
from minben.identity.types import Actor
from minben.protocol.agreement import Verb
from minben.protocol.terms import FactRequest
from minben.registry import queries as registry
from minben.ui.questions import question

_OPEN = ("pending", "active", "not_yet")


@dataclass(frozen=True, slots=True)
class Line:
    """詢問項目 One question in an agreement."""

    text: Text
    about_name: str
    mine: bool
    provider: Text
    only_yes_no: bool
    never_sent: Text | None
    under_mandate: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """簽署狀態 What the reader may do with an agreement now."""

    may_sign: bool
    may_revoke: bool
    said: str  # "", "accept", "reject" or "revoke": the reader's last word
    refusal_ends: bool  # whether the reader's "no", said now, ends it for everybody
    others: tuple[str, ...]  # whose word has its end with it


def lines_of(view: AgreementView, reader: Actor) -> tuple[Line, ...]:
    """Its questions, the reader's own first."""
    lines = [_line(view, fact, reader) for fact in view.agreement.facts]
    return tuple(sorted(lines, key=lambda line: not line.mine))


def standing_of(view: AgreementView, reader: Actor) -> Standing:
    """Whether the reader is still to sign, or may take their word back."""
    words = [s.verb for s in view.signatures if s.by == reader.ref]
    return Standing(
        may_sign=_may(view, "accept", reader),
        may_revoke=_may(view, "revoke", reader),
        said=words[-1] if words else "",
        refusal_ends=_ends(view, "revoke" if words else "reject", reader),
        others=tuple(name for ref, name in _signers(view).items() if ref != reader.ref),
    )


def _ends(view: AgreementView, verb: Verb, reader: Actor) -> bool:
    found = consent.foreseen(view, verb=verb, by=reader).status
    return found in ("rejected", "revoked", "void", "expired")


def _signers(view: AgreementView) -> dict[str, str]:
    hands = dict.fromkeys(party.signatory for party in view.agreement.parties)
    return {hand: view.names.get(hand, hand) for hand in hands}


def _may(view: AgreementView, verb: Verb, reader: Actor) -> bool:
    if view.state.status not in _OPEN and (verb, view.state.status) != ("revoke", "used"):
        return False  # what was used once can still be withdrawn: payments that rest on it stop
    try:
        consent.check_may_sign(view, verb=verb, by=reader)
    except Refused:
        return False
    return True


def _line(view: AgreementView, fact: FactRequest, reader: Actor) -> Line:
    about = FACTS.get(fact.fact)
    name = about.name if about else Text(fact.fact, fact.fact)
    yes_no = fact.op != "value"
    about_name = view.names.get(fact.subject, "")
    mine = fact.subject == reader.ref
    text = question(fact.fact, fact.op, fact.value, name=about_name, mine=mine)
    return Line(
        text=text,
        about_name=about_name,
        mine=mine,
        provider=_provider(fact.data_set),
        only_yes_no=yes_no,
        never_sent=name if yes_no else None,
        under_mandate=fact.mandate is not None,
    )


def _provider(data_set: str) -> Text:
    try:
        return registry.provider_of(data_set).name
    except Refused:
        return Text(data_set, data_set)
