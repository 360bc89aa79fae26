"""What a pack says about itself, without its law: words that pages, mandates and cases read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from minben.base.month import Month
from minben.base.text import Text

SourceKind = Literal[
    "statute", "regulation", "plan", "notice", "report", "press", "source_code", "assumption"
]
By = Literal["platform", "family", "agencies", "owner", "bank"]


@dataclass(frozen=True, slots=True)
class Source:
    """依據 Where a rule or a number comes from: an article, a plan, a notice, or an assumption."""

    key: str
    kind: SourceKind
    text: Text
    href: str | None

    def to_json(self) -> dict[str, object]:
        """Key, kind, both texts and the address."""
        return {"key": self.key, "kind": self.kind, "text": self.text.to_json(), "href": self.href}


@dataclass(frozen=True, slots=True)
class Scheme:
    """給付項目 One kind of support that a pack can award.

    `pays` is "family" when money goes to the family, "price" when the amount is what the parents
    pay at most and nothing is transferred to them.
    """

    key: str
    name: Text
    authority: str
    pays: Literal["family", "price"]


@dataclass(frozen=True, slots=True)
class Step:
    """步驟 One step of the case, and who takes it."""

    key: str
    by: By
    name: Text


@dataclass(frozen=True, slots=True)
class MandateScope:
    """法定授權範圍 What a screening may read without anyone's consent: these facts, no others."""

    articles: tuple[Source, ...]
    approver: str
    purpose: Text
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asks:
    """所需事實 Which facts the law may ask of the person it is about, of parents, of siblings."""

    subject: tuple[str, ...]
    parents: tuple[str, ...]
    siblings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """奔波 What a family must do: visits to an office, papers to bring."""

    visits: int
    papers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Phases:
    """階段 How the service is reached now, soon and later, and what unlocks the next phase."""

    now: tuple[Text, ...]
    near: tuple[Text, ...]
    long: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class AppealWay:
    """救濟 To whom one appeals, within how many days from the day after the notice."""

    to: str
    days: int
    article: Source
    text: Text
    confidence: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """服務包說明 Everything that `pack.yaml` and `texts.yaml` say."""

    key: str
    name: Text
    summary: Text
    life_events: Mapping[str, Text]
    owner_agency: str
    owner_name: Text
    subject: str
    applicants: tuple[str, ...]
    first_month: Month
    decides: str
    schemes: Mapping[str, Scheme]
    steps: tuple[Step, ...]
    asks: Asks
    mandate: MandateScope
    case_facts: tuple[str, ...]
    phases: Phases
    before: Effort
    after: Effort
    appeal: AppealWay
    sources: Mapping[str, Source]
    texts: Mapping[str, Mapping[str, Text]]

    def word(self, group: str, key: str) -> Text:
        """A text of `texts.yaml`, as `word("reasons", "not_born")`; KeyError when unwritten."""
        return self.texts[group][key]
