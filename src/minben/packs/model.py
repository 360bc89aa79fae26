"""A pack: one public service, its law and its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.facts.predicate import Predicate
from minben.facts.situation import Situation
from minben.law.finding import Finding
from minben.law.outcome import OPEN
from minben.law.parameter_tree import ParameterNode
from minben.law.parameters import Use
from minben.law.rulebook import RuleBook, Rules
from minben.packs.alternatives import live, read_otherwise
from minben.packs.decision import OPEN_REASON, Decision, Dispute, result_of, sources_of
from minben.packs.examples import Example
from minben.packs.types import Manifest, Scheme, Step

LOOK_AHEAD = 12 * 7  # months in which a next review is looked for: birth to school


@dataclass(frozen=True, slots=True)
class FamilyTotal:
    """全家合計 What all children of one family are due in one month.

    `amount` counts only what is paid to the family; it is None while one child is open.
    """

    month: Month
    amount: NTD | None
    decisions: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class Review:
    """複查 The day from which another answer is to be expected, and why."""

    on: date
    reason: str
    text: Text


@dataclass(frozen=True, eq=False)
class Pack:
    """服務包 One public service: what it says about itself, its law, its numbers, its examples."""

    manifest: Manifest
    book: RuleBook
    parameters: ParameterNode
    examples: tuple[Example, ...]
    rules_hash: str
    _others: dict[tuple[str, date, str], RuleBook] = field(default_factory=dict, repr=False)

    # words -------------------------------------------------------------------------------------
    @property
    def key(self) -> str:
        """The name of its folder."""
        return self.manifest.key

    @property
    def name(self) -> Text:
        """Its name for people."""
        return self.manifest.name

    @property
    def owner_agency(self) -> str:
        """Key of the agency whose worker decides and receives the facts."""
        return self.manifest.owner_agency

    @property
    def mandate_facts(self) -> tuple[str, ...]:
        """Exactly the facts that a screening under the mandate may read."""
        return self.manifest.mandate.facts

    @property
    def schemes(self) -> Mapping[str, Scheme]:
        """What can be awarded."""
        return self.manifest.schemes

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of its cases."""
        return self.manifest.steps

    @property
    def texts(self) -> Mapping[str, Mapping[str, Text]]:
        """All words, by group and key."""
        return self.manifest.texts

    @property
    def first_month(self) -> Month:
        """The first month that can be decided."""
        return self.manifest.first_month

    @cached_property
    def phases(self) -> tuple[Month, ...]:
        """The first month of each phase: where a number of the law changes."""
        months = {
            Month.of(day) for parameter in live(self.parameters) for day in parameter.changes
        }
        return tuple(sorted(m for m in months if m >= self.first_month))

    # law ---------------------------------------------------------------------------------------
    def decide(self, situation: Situation, *, subject: str, month: Month) -> Decision:
        """What is due for one person and month, with reasons, or what must be known first.

        ValueError when the month is before the first rule, or the subject is not listed.
        """
        if month < self.first_month:
            raise ValueError(f"{self.key} knows no rule before {self.first_month}")
        if subject not in situation.persons:
            raise ValueError(f"{subject!r} is not among the persons")
        finding = self._find(self.book, situation, subject, month)
        return self._decision(finding, situation, subject, month)

    def family_total(self, situation: Situation, month: Month) -> FamilyTotal:
        """All listed children (persons of whom a parent is listed or known to be none)."""
        decisions = {
            person: self.decide(situation, subject=person, month=month)
            for person in situation.persons
            if situation.knowledge(person, "mother") is not None
            or situation.knowledge(person, "father") is not None
        }
        total: int | None = 0
        for decision in decisions.values():
            if decision.status == OPEN:
                total = None
                break
            if decision.pays == "family" and decision.amount is not None and total is not None:
                total += decision.amount
        return FamilyTotal(month, None if total is None else NTD(total), decisions)

    def next_review(self, situation: Situation, subject: str, after: date) -> Review | None:
        """The first of the month after a day from which another answer follows, as far as known.

        Found by deciding the months ahead on the same facts: birthdays, school years, ends of
        spells and phases of the law all show as a change of scheme, amount, status or reason.
        """
        now = max(Month.of(after), self.first_month)
        first = self.decide(situation, subject=subject, month=now)
        for ahead in range(1, LOOK_AHEAD + 1):
            month = now + ahead
            later = self.decide(situation, subject=subject, month=month)
            if later.answer != first.answer or later.reason.key != first.reason.key:
                reason = self._why(situation, subject, month)
                return Review(month.first_day, reason, self.manifest.word("review", reason))
        return None

    def rules(self, month: Month) -> Rules:
        """The rules with the numbers of a month: tables, paths, SQL."""
        return self.book.at(month)

    def tables(self, month: Month) -> dict[str, Any]:
        """The decision table of every rule in a month, the deciding rule last."""
        rules = self.rules(month)
        return {name: rules.table(name) for name in self.book.variables}

    def screening_sql(self, month: Month, **options: Any) -> Any:
        """The plan that decides a whole population in SQL; see `law` for its options."""
        return self.rules(month).screening(self.manifest.decides, **options)

    # inside ------------------------------------------------------------------------------------
    def _find(self, book: RuleBook, situation: Situation, subject: str, month: Month) -> Finding:
        return book.at(month).decide(situation, subject=subject, variable=self.manifest.decides)

    def _decision(
        self, finding: Finding, situation: Situation, subject: str, month: Month
    ) -> Decision:
        results = tuple(result_of(outcome, self.manifest) for outcome in finding.outcomes)
        return Decision(
            pack=self.key,
            subject=subject,
            month=month,
            status=finding.status,  # type: ignore[arg-type]  # the engine's three words
            results=results,
            reason=OPEN_REASON if finding.is_open else results[0].reason,
            citations=sources_of(finding.citations, self.manifest),
            needed=tuple(Predicate.of(comparison) for comparison in finding.needed),
            facts_needed=tuple(".".join(pair) for pair in finding.facts_needed),
            not_needed=tuple(self._not_needed(finding, situation, subject)),
            disputed=tuple(self._disputes(finding, situation, subject, month)),
            rules_hash=self.rules_hash,
            finding=finding,
        )

    def _not_needed(self, finding: Finding, situation: Situation, subject: str) -> Iterator[str]:
        """Facts that the law may ask, that are not known, and that cannot change the answer."""
        asks = self.manifest.asks
        parents = [situation.knowledge(subject, via) for via in ("mother", "father")]
        for person in situation.persons:
            asked = asks.parents if person in parents else asks.siblings
            for fact in asks.subject if person == subject else asked:
                known = situation.knowledge(person, fact) is not None
                needed = (person, fact) in finding.facts_needed
                if not known and not needed and fact not in self.manifest.case_facts:
                    yield f"{person}.{fact}"

    def _disputes(
        self, finding: Finding, situation: Situation, subject: str, month: Month
    ) -> list[Dispute]:
        usual = {outcome.answer for outcome in finding.outcomes}
        found = []
        for use in finding.disputed:
            for alternative in use.alternatives:
                other = self._find(self._other(use, alternative), situation, subject, month)
                if {outcome.answer for outcome in other.outcomes} != usual:
                    results = tuple(result_of(o, self.manifest) for o in other.outcomes)
                    found.append(
                        Dispute(
                            parameter=use.path,
                            description=described(self.parameters, use.path),
                            value=use.value,
                            alternative=alternative,
                            confidence=use.confidence,
                            results=results,
                        )
                    )
        return found

    def _other(self, use: Use, alternative: Any) -> RuleBook:
        key = (use.path, use.since, str(alternative))
        if key not in self._others:
            tree = read_otherwise(
                self.parameters, path=use.path, since=use.since, value=alternative
            )
            self._others[key] = RuleBook(
                self.book.variables.values(), vocabulary=self.book.vocabulary, parameters=tree
            )
        return self._others[key]

    def _why(self, situation: Situation, subject: str, month: Month) -> str:
        if month in self.phases:
            return "law_changes"
        born = situation.knowledge(subject, "birth_date")
        if isinstance(born, date):
            age = month.index - Month.of(born).index
            if age in (25, 37):
                return "second_birthday" if age == 25 else "third_birthday"
            if month.number == 8:
                return "school_year"
        return "facts_change"


def described(numbers: ParameterNode, path: str) -> Text:
    """A number of the law in words; its path where it has none in both languages."""
    for parameter in numbers.walk():
        if parameter.path == path:
            return both_languages(parameter.description) or Text(path, path)
    return Text(path, path)


def both_languages(description: str) -> Text | None:
    """A description "中文 English" as a text; None when one language is missing."""
    for i, letter in enumerate(description):
        if letter == " " and description[i + 1 : i + 2].isascii():
            zh, en = description[:i].strip(), description[i:].strip()
            return Text(zh, en) if zh and en else None
    return None
