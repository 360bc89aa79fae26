"""Who has to accept: all, any, or k of n, nested over the roles of an agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_DEPTH = 12
Answer = bool | None  # accepted, refused, or not yet said


@dataclass(frozen=True, slots=True)
class Rule:
    """簽署規則 Either one role, or "at least `least` of these rules".

    Build it with `Rule.role`, `Rule.all`, `Rule.any` and `Rule.at_least`.
    """

    name: str = ""
    least: int = 1
    of: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.name) == bool(self.of):
            raise ValueError("a rule is one role or a number of rules, not both and not neither")
        if self.of and not 1 <= self.least <= len(self.of):
            raise ValueError(f"{self.least} of {len(self.of)} rules can never be what is meant")

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
        open_roles = (role for rule in self.of for role in rule.waiting_for(answers))
        return tuple(dict.fromkeys(open_roles))

    def requires(self, role: str) -> bool:
        """Whether the rule can never be met once this role refuses."""
        return self.evaluate({role: False}) is False

    def to_json(self) -> dict[str, object]:
        """`{"role": …}` or `{"at_least": k, "of": […]}`."""
        if self.name:
            return {"role": self.name}
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
        raise ValueError(f"not a rule: {str(value)[:80]}")


def _rule(rule: Rule | str) -> Rule:
    return Rule.role(rule) if isinstance(rule, str) else rule
