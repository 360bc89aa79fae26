"""Who has to accept: all, any, k of n, or one after the other, nested over the roles.

A rule answers twice. `evaluate` is plain logic over who said what. `judge` also knows when it was
said: where order matters, a word spoken before one's turn does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MAX_DEPTH = 12
Answer = bool | None  # accepted, refused, or not yet said
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Word:
    """表示 What one role has said: whether it refused, and when it accepted, oldest first."""

    refused: bool = False
    accepted: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """規則結果 Whether a rule is met, since when, and whose word could bring it closer now."""

    answer: Answer
    at: datetime = FIRST
    waiting_for: tuple[str, ...] = ()


SILENT: Final = Word()


@dataclass(frozen=True, slots=True)
class Rule:
    """簽署規則 Either one role, or "at least `least` of these rules", or these one by one.

    Build it with `Rule.role`, `Rule.all`, `Rule.any`, `Rule.at_least` and `Rule.in_order`.
    """

    name: str = ""
    least: int = 1
    of: tuple[Rule, ...] = ()
    ordered: bool = False

    def __post_init__(self) -> None:
        if bool(self.name) == bool(self.of):
            raise ValueError("a rule is one role or a number of rules, not both and not neither")
        if self.of and not 1 <= self.least <= len(self.of):
            raise ValueError(f"{self.least} of {len(self.of)} rules can never be what is meant")
        if self.ordered and self.least != len(self.of):
            raise ValueError("rules that are met one after the other are met all")

    @classmethod
    def role(cls, name: str) -> Rule:
        """The party in this role accepts."""
        return cls(name=name)

    @classmethod
    def all(cls, *rules: Rule | str) -> Rule:
        """Every one of these. A bare string is a role."""
        return cls(of=tuple(_rule(r) for r in rules), least=len(rules))

    @classmethod
    def any(cls, *rules: Rule | str) -> Rule:
        """At least one of these."""
        return cls(of=tuple(_rule(r) for r in rules), least=1)

    @classmethod
    def at_least(cls, least: int, *rules: Rule | str) -> Rule:
        """At least `least` of these (k of n)."""
        return cls(of=tuple(_rule(r) for r in rules), least=least)

    @classmethod
    def in_order(cls, *rules: Rule | str) -> Rule:
        """Every one of these, each only after the one before it is met."""
        return cls(of=tuple(_rule(r) for r in rules), least=len(rules), ordered=True)

    def judge(self, words: Mapping[str, Word], since: datetime = FIRST) -> Judgement:
        """Whether the rule is met by what was said from an instant on; refusals always count."""
        if self.name:
            return self._of_one(words.get(self.name, SILENT), since)
        if self.ordered:
            return self._one_by_one(words, since)
        parts = [rule.judge(words, since) for rule in self.of]
        met = sorted(part.at for part in parts if part.answer is True)
        if len(met) >= self.least:
            return Judgement(True, met[self.least - 1])
        if sum(part.answer is not False for part in parts) < self.least:
            return Judgement(False)
        return _waiting(role for part in parts for role in part.waiting_for)

    def _of_one(self, word: Word, since: datetime) -> Judgement:
        if word.refused:
            return Judgement(False)
        for at in word.accepted:
            if at >= since:
                return Judgement(True, at)
        return Judgement(None, waiting_for=(self.name,))

    def _one_by_one(self, words: Mapping[str, Word], since: datetime) -> Judgement:
        for place, rule in enumerate(self.of):
            part = rule.judge(words, since)
            if part.answer is None:
                lost = any(later.judge(words, LAST).answer is False for later in self.of[place:])
                return Judgement(False) if lost else part
            if part.answer is False:
                return part
            since = max(since, part.at)
        return Judgement(True, since)

    def evaluate(self, answers: Mapping[str, Answer]) -> Answer:
        """True: met. False: can no longer be met. None: it depends on who has not spoken yet."""
        if self.name:
            return answers.get(self.name)
        said = [rule.evaluate(answers) for rule in self.of]
        if sum(s is True for s in said) >= self.least:
            return True
        if sum(s is not False for s in said) < self.least:
            return False
        return None

    def roles(self) -> Iterator[str]:
        """Every role named, in order, repeated where the rule repeats it."""
        if self.name:
            yield self.name
        for rule in self.of:
            yield from rule.roles()

    def waiting_for(self, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """The silent roles whose word could still bring the rule closer to being met."""
        if self.evaluate(answers) is not None:
            return ()
        if self.name:
            return (self.name,)
        silent = [rule for rule in self.of if rule.evaluate(answers) is None]
        open_roles = (role for rule in silent for role in rule.waiting_for(answers))
        if self.ordered:
            return silent[0].waiting_for(answers)
        return tuple(dict.fromkeys(open_roles))

    def requires(self, *roles: str) -> bool:
        """Whether the rule can never be met once these roles refuse."""
        return self.evaluate(dict.fromkeys(roles, False)) is False

    def to_json(self) -> dict[str, object]:
        """`{"role": …}`, `{"at_least": k, "of": […]}` or `{"in_order": […]}`."""
        if self.name:
            return {"role": self.name}
        if self.ordered:
            return {"in_order": [rule.to_json() for rule in self.of]}
        return {"at_least": self.least, "of": [rule.to_json() for rule in self.of]}

    @classmethod
    def from_json(cls, value: Mapping[str, object], *, depth: int = MAX_DEPTH) -> Rule:
        """Read what `to_json` wrote; ValueError for anything else, and beyond `MAX_DEPTH`."""
        match value if depth else None:
            case {"role": str(name), **rest} if not rest:
                return cls(name=name)
            case {"at_least": int(least), "of": list(of), **rest} if not rest:
                inner = tuple(cls.from_json(rule, depth=depth - 1) for rule in of)
                return cls(least=least, of=inner)
            case {"in_order": list(of), **rest} if not rest:
                inner = tuple(cls.from_json(rule, depth=depth - 1) for rule in of)
                return cls(least=len(inner), of=inner, ordered=True)
        raise ValueError(f"not a rule: {str(value)[:80]}")


def _waiting(roles: Iterator[str]) -> Judgement:
    return Judgement(None, waiting_for=tuple(dict.fromkeys(roles)))


def _rule(rule: Rule | str) -> Rule:
    return Rule.role(rule) if isinstance(rule, str) else rule
