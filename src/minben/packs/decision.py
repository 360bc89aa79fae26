"""The answer of a pack for one person and month, with its words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.facts.predicate import Predicate
from minben.law.finding import Finding
from minben.law.outcome import Outcome
from minben.packs.types import Manifest, Source

Status = Literal["due", "not_due", "open"]


@dataclass(frozen=True, slots=True)
class Reason:
    """理由 Why: its key and its words."""

    key: str
    text: Text

    def to_json(self) -> dict[str, object]:
        """Key and both texts."""
        return {"key": self.key, "text": self.text.to_json()}


@dataclass(frozen=True, slots=True)
class Result:
    """可能結果 One answer: due under a scheme (NTD a month), or not due, and why.

    `amount` is None when nothing is due, or while it still rests on facts not known.
    """

    status: Literal["due", "not_due"]
    scheme: str | None
    scheme_name: Text | None
    pays: Literal["family", "price"] | None
    amount: NTD | None
    reason: Reason
    citations: tuple[Source, ...]

    @property
    def answer(self) -> tuple[str, str | None, int | None]:
        """What must agree for two results to be the same to a person."""
        return self.status, self.scheme, self.amount

    def to_json(self) -> dict[str, Any]:
        """Status, scheme, amount, reason and citations."""
        return {
            "status": self.status,
            "scheme": self.scheme,
            "scheme_name": None if self.scheme_name is None else self.scheme_name.to_json(),
            "pays": self.pays,
            "amount": self.amount,
            "reason": self.reason.to_json(),
            "citations": [source.to_json() for source in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Dispute:
    """存疑 A number of law on which sources differ, and what would come out with the other one.

    Only disputes that would change this decision are named: an officer confirms before payment.
    """

    parameter: str
    description: Text
    value: object
    alternative: object
    confidence: str
    results: tuple[Result, ...]  # with the alternative

    def to_json(self) -> dict[str, Any]:
        """The parameter, both values, and the results under the alternative."""
        return {
            "parameter": self.parameter,
            "description": self.description.to_json(),
            "value": self.value,
            "alternative": self.alternative,
            "confidence": self.confidence,
            "results": [result.to_json() for result in self.results],
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """核定 What a pack says of one person and month, on what is known.

    `status` is "open" when facts are missing that can still change the answer; then `needed`
    names the comparisons in the order of asking and `results` all answers still reachable.
    """

    pack: str
    subject: str
    month: Month
    status: Status
    results: tuple[Result, ...]
    reason: Reason
    citations: tuple[Source, ...]
    needed: tuple[Predicate, ...]
    facts_needed: tuple[str, ...]
    not_needed: tuple[str, ...]
    disputed: tuple[Dispute, ...]
    rules_hash: str
    finding: Finding

    @property
    def scheme(self) -> str | None:
        """The scheme that is due, None when nothing is or when it is open."""
        return self.results[0].scheme if self.status == "due" else None

    @property
    def amount(self) -> NTD | None:
        """NTD for the month, None when nothing is due or when it is open."""
        return self.results[0].amount if self.status == "due" else None

    @property
    def pays(self) -> Literal["family", "price"] | None:
        """ "family": the amount is paid to the family; "price": it is what the parents pay."""
        return self.results[0].pays if self.status == "due" else None

    @property
    def outcomes(self) -> tuple[Result, ...]:
        """All answers that are still reachable; one when decided."""
        return self.results

    @property
    def trace(self) -> dict[str, Any]:
        """Each rule's value, inputs, numbers of law and conditions, as JSON."""
        return self.finding.trace.to_json()

    @property
    def answer(self) -> tuple[str, tuple[tuple[str, str | None, int | None], ...]]:
        """What must agree for two decisions to be the same to a person."""
        return self.status, tuple(sorted((r.answer for r in self.results), key=repr))

    def to_json(self) -> dict[str, Any]:
        """The answer of `minben decide`; its schema is what `minben facts` prints."""
        return {
            "pack": self.pack,
            "subject": self.subject,
            "month": str(self.month),
            "status": self.status,
            "scheme": self.scheme,
            "pays": self.pays,
            "amount": self.amount,
            "reason": self.reason.to_json(),
            "outcomes": [result.to_json() for result in self.results],
            "citations": [source.to_json() for source in self.citations],
            "needed": [
                {
                    **predicate.to_json(),
                    "key": predicate.key,
                    "data_set": predicate.data_set,
                    "text": predicate.text.to_json(),
                }
                for predicate in self.needed
            ],
            "facts_needed": list(self.facts_needed),
            "not_needed": list(self.not_needed),
            "disputed": [dispute.to_json() for dispute in self.disputed],
            "trace": self.trace,
            "rules_hash": self.rules_hash,
        }


OPEN_REASON = Reason(
    "facts_missing",
    Text("尚缺足以改變結果的事實。", "Facts are missing that can still change the answer."),
)


def result_of(outcome: Outcome, manifest: Manifest) -> Result:
    """An outcome of the engine with the pack's words."""
    scheme = manifest.schemes[outcome.scheme] if outcome.scheme is not None else None
    amount = outcome.settled_amount
    return Result(
        status=cast(Literal["due", "not_due"], str(outcome.status)),
        scheme=None if scheme is None else scheme.key,
        scheme_name=None if scheme is None else scheme.name,
        pays=None if scheme is None else scheme.pays,
        amount=None if amount is None else NTD(amount),
        reason=Reason(outcome.reason, manifest.word("reasons", outcome.reason)),
        citations=sources_of(outcome.cite, manifest),
    )


def sources_of(keys: tuple[str, ...], manifest: Manifest) -> tuple[Source, ...]:
    """The sources of citations; a citation may hold several keys, separated by "; "."""
    found = [key for cite in keys for key in cite.split("; ") if key]
    return tuple(manifest.sources[key] for key in dict.fromkeys(found))
