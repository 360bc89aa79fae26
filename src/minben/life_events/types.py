"""Words of the life events, without a database. The pages render these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.cases.types import CaseView, TaskView
from minben.ledger.types import PaymentView
from minben.life_events.words import said
from minben.notices.types import NoticeView


@dataclass(frozen=True, slots=True)
class ServiceView:
    """服務 One pack under a life event: what it gives and what it takes to get it."""

    pack: str
    name: Text
    owner: Text
    summary: Text
    visits_before: int
    visits_after: int
    papers_before: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class LifeEventView:
    """人生階段 One of the six life stages. `services` is empty while no pack serves it."""

    key: str  # birth, schooling, work, care_in_institutions, care_at_home, end_of_life
    name: Text
    summary: Text
    services: tuple[ServiceView, ...]
    not_yet: Text | None  # said honestly where nothing is built


@dataclass(frozen=True, slots=True)
class AskView:
    """詢問項目 One thing still open, asked as narrowly as the law allows."""

    key: str  # "mother.tax_rate>=20"
    text: Text  # the question put to the provider
    about: UUID  # whose fact it is: this person must sign
    about_name: str
    provider: Text
    data_set: str
    only_yes_no: bool  # True: the value itself is never sent
    never_sent: Text | None  # "the rate itself"
    assurance: AssuranceLevel  # the least the provider accepts


@dataclass(frozen=True, slots=True)
class KnownView:
    """已知事項 Known by statute: never asked again, listed with its article."""

    text: Text
    provider: Text
    article: Text


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """可能結果 One outcome that the open facts can still lead to."""

    scheme_name: Text | None
    amount: NTD | None
    reason: Text


OfferState = Literal["open", "waiting", "accepted", "declined", "expired", "paid_without_asking"]


@dataclass(frozen=True, slots=True)
class OfferView:
    """主動通知 What the government found a family may be due, before anyone applied."""

    uuid: UUID
    pack: str
    pack_name: Text
    child: UUID
    child_name: str
    headline: Text  # "NT$ 5,000 a month if …"
    amount: NTD | None  # the best reachable, per month
    since: Month
    asks: tuple[AskView, ...]
    known: tuple[KnownView, ...]
    not_asked: tuple[Text, ...]  # said in words: "your income tax is not asked"
    outcomes: tuple[OutcomeView, ...]
    last_day_without_loss: date | None
    state: OfferState
    reference: str | None  # of the case, once accepted
    agreement: str | None  # to sign, once accepted
    waiting_for: tuple[str, ...]  # names of those who have still to sign


@dataclass(frozen=True, slots=True)
class MyCaseView:
    """我的案件 One case with its money and what waits for the person."""

    case: CaseView
    payments: tuple[PaymentView, ...]
    tasks: tuple[TaskView, ...]
    next_review_on: date | None
    next_review_why: Text | None
    account: str | None  # masked
    can_object: bool
    can_appeal: bool


class Placement(StrEnum):
    """安置方式 Where a child could be from next month on."""

    AT_HOME = "at_home"
    PUBLIC_CARE = "public_care"
    QUASI_PUBLIC_CARE = "quasi_public_care"
    PRIVATE_CARE = "private_care"
    PUBLIC_KINDERGARTEN = "public_kindergarten"
    NON_PROFIT_KINDERGARTEN = "non_profit_kindergarten"
    QUASI_PUBLIC_KINDERGARTEN = "quasi_public_kindergarten"

    @property
    def text(self) -> Text:
        """Its name for people."""
        return said(f"placement.{self.value}")


@dataclass(frozen=True, slots=True)
class LookView:
    """試算的一邊 What the law would say: due, not due or open, and why."""

    status: str
    scheme_name: Text | None
    amount: NTD | None  # a month
    pays: str | None  # "price": what the parents pay
    reason: Text
    citations: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """試算 Next month as things stand, and with another place for the child; nothing is kept.

    `change` is NTD a month more, None where it cannot be said. `parted` are the conditions on what
    was tried that hold on one side and on the other.
    """

    month: Month
    placement: Placement
    before: LookView
    after: LookView
    change: int | None
    parted: tuple[tuple[str, str], ...]
    same: bool

    @property
    def sides(self) -> tuple[LookView, LookView]:
        """As things stand, and with the change."""
        return self.before, self.after

    @property
    def less(self) -> int:
        """NTD a month less, for writing a minus of one's own."""
        return -(self.change or 0)


@dataclass(frozen=True, slots=True)
class HomeView:
    """我的首頁 Everything that waits for a person on one page."""

    offers: tuple[OfferView, ...]
    cases: tuple[MyCaseView, ...]
    tasks: tuple[TaskView, ...]
    notices: tuple[NoticeView, ...]
    drafts: tuple[DraftView, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """草稿 Half-filled answers, kept until the person comes back."""

    key: str  # "apply:childcare", "appeal:MB-2022-000123-9"
    step: str
    answers: Mapping[str, Any]
    saved_at: datetime
    kept_until: date


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """收執聯 What the counter prints: reference, what was filed, by whom, what comes next."""

    reference: str
    filed_on: date
    filed_at_counter: bool
    clerk: str | None
    text: Text
    next_step: Text


@dataclass(frozen=True, slots=True)
class ScreeningSummary:
    """篩選結果 What one screening run led to; counts only."""

    run: UUID
    pack: str
    month: Month
    due: int
    open: int
    not_due: int
    offers: int
    paid_without_asking: int
