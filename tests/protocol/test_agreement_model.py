"""The state of an agreement against a machine that takes one step at a time, on every path.

Four parties each accept, reject, revoke or die, in every order, and the agreement expires in
between. The machine below knows nothing of instants or signatures: it is told one step, and keeps
who has accepted, who refused and who died. On every prefix of every path it and `state` agree.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from minben.protocol.agreement import Agreement, RegisterEvent, Rule, Signature, state
from protocol.agreements import ROLES, agreement, event, later, sign

ACTIONS = ("accept", "reject", "revoke", "die")
EXPIRE = ("", "expire")
Step = tuple[str, str]
RULES = {
    "all": Rule.all(*ROLES),
    "any": Rule.any(*ROLES),
    "two of four": Rule.at_least(2, *ROLES),
    "both heirs and one guardian": Rule.all("a", "b", Rule.any("c", "d")),
    "one after the other": Rule.in_order(*ROLES),
    "heirs, then the agent": Rule.in_order(Rule.all("a", "b", "c"), "d"),
    "two heirs in any order, or the last alone": Rule.any(Rule.all("a", "b"), Rule.all("c", "d")),
}
MET: dict[str, Callable[[list[str]], bool]] = {  # from who accepted, in that order
    "all": lambda said: set(said) == set(ROLES),
    "any": lambda said: bool(said),
    "two of four": lambda said: len(said) >= 2,
    "both heirs and one guardian": lambda said: (
        {"a", "b"} <= set(said) and bool({"c", "d"} & set(said))
    ),
    "one after the other": lambda said: said == list(ROLES),
    "heirs, then the agent": lambda said: (
        sorted(said[:3]) == ["a", "b", "c"] and said[3:] == ["d"]
    ),
    "two heirs in any order, or the last alone": lambda said: (
        {"a", "b"} <= set(said) or {"c", "d"} <= set(said)
    ),
}


class Machine:
    """What a careful clerk would keep on paper."""

    def __init__(self, name: str, stands: bool) -> None:
        self.name, self.stands = name, stands
        self.accepted: list[str] = []  # whose acceptance counts, oldest first
        self.out: set[str] = set()  # refused, or dead: can never count (again)
        self.dead: set[str] = set()
        self.expired = False

    def after(self, role: str, action: str) -> "Machine":
        """The machine after one more thing."""
        other = Machine(self.name, self.stands)
        other.accepted, other.expired = list(self.accepted), self.expired
        other.out, other.dead = set(self.out), set(self.dead)
        other.step(role, action)
        return other

    def step(self, role: str, action: str) -> None:
        """One thing happens."""
        if action == "expire":
            self.expired = True
        elif action == "accept":
            early = role not in self._whose_turn()
            deaf = self.expired or role in (*self.out, *self.dead, *self.accepted)
            if not (deaf or early):
                self.accepted.append(role)
        elif action == "die":
            self.dead.add(role)
            if not (self.stands and self._holds() and role in self.accepted):
                self._out(role)
        else:
            self._out(role)

    def _out(self, role: str) -> None:
        self.out.add(role)
        if role in self.accepted:
            self.accepted.remove(role)

    def _whose_turn(self) -> set[str]:
        if self.name == "one after the other":
            return set(ROLES[len(self.accepted) : len(self.accepted) + 1])
        if self.name == "heirs, then the agent" and len(self.accepted) < 3:
            return {"a", "b", "c"}
        return set(ROLES)

    def _holds(self) -> bool:
        return MET[self.name](self.accepted)

    @property
    def says(self) -> str:
        """Active, pending, expired, or over for good."""
        if not possible(self.name, tuple(self.accepted), frozenset(self.out)):
            return "over"
        if self.expired:
            return "expired"
        return "active" if self._holds() else "pending"


@cache
def possible(name: str, accepted: tuple[str, ...], out: frozenset[str]) -> bool:
    """Whether some who are silent could still meet the rule, accepting in some order."""
    rest = [role for role in ROLES if role not in out and role not in accepted]
    return any(
        MET[name]([*accepted, *more])
        for n in range(len(rest) + 1)
        for more in itertools.permutations(rest, n)
    )


@dataclass(frozen=True)
class Told:
    """All that `state` is told: signatures and deaths with their instants, and the day."""

    signatures: tuple[Signature, ...] = ()
    events: tuple[RegisterEvent, ...] = ()
    day: float = 0.0

    def after(self, terms: Agreement, role: str, action: str) -> "Told":
        """One more thing, an hour after the last; the expiry on the last day."""
        day = self.day + 1 / 24
        if action == "expire":
            return replace(self, day=max(day, 30.0))
        if action == "die":
            return replace(self, day=day, events=(*self.events, dead(role, day)))
        return replace(
            self, day=day, signatures=(*self.signatures, word(terms, role, action, day))
        )


@cache
def word(terms: Agreement, role: str, action: str, day: float) -> Signature:
    return sign(terms, role, action, day)  # type: ignore[arg-type]


@cache
def dead(role: str, day: float) -> RegisterEvent:
    return event("died", role, day)


def freely(length: int) -> Iterator[tuple[Step, ...]]:
    """Every sequence of that many things, the same party again and again included."""
    alphabet = [EXPIRE, *itertools.product(ROLES, ACTIONS)]
    return itertools.product(alphabet, repeat=length)


def follow(terms: Agreement, machine: Machine, told: Told, steps: Iterable[Step]) -> None:
    """Machine and `state` say the same after every step."""
    for step in steps:
        machine = machine.after(*step)
        told = told.after(terms, *step)
        compare(terms, machine, told)


def walk(terms: Agreement, machine: Machine, told: Told, silent: frozenset[str]) -> None:
    """Each party does one thing, in every order, and the agreement expires anywhere or never."""
    steps = [(role, action) for role in sorted(silent) for action in ACTIONS]
    for step in steps if machine.expired else [*steps, EXPIRE]:
        then, known = machine.after(*step), told.after(terms, *step)
        compare(terms, then, known)
        walk(terms, then, known, silent - {step[0]})


def compare(terms: Agreement, machine: Machine, told: Told) -> None:
    """What the machine says is what `state` computes from all that is known."""
    found = state(terms, told.signatures, later(told.day), events=told.events)
    over = found.status in ("rejected", "revoked", "void")
    assert ("over" if over else found.status) == machine.says, (told, found)
    assert bool(found.waiting_for) == (found.status == "pending")


def begun(name: str, after_death: str) -> tuple[Agreement, Machine, Told]:
    terms = agreement(RULES[name], after_death=after_death)
    return terms, Machine(name, after_death == "stands"), Told()


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("after_death", ["ends", "stands"])
def test_the_state_is_that_of_the_machine_on_every_short_path(name, after_death) -> None:
    terms, machine, told = begun(name, after_death)
    for path in freely(2):
        follow(terms, machine, told, path)


FEW = [("heirs, then the agent", "ends")]
REST = [pair for pair in itertools.product(RULES, ("ends", "stands")) if pair not in FEW]


@pytest.mark.parametrize(
    ("name", "after_death"),
    [
        *(pytest.param(*pair, marks=pytest.mark.slow) for pair in FEW),
        *(pytest.param(*pair, marks=pytest.mark.soak) for pair in REST),
    ],
)
def test_the_state_is_that_of_the_machine_on_every_path_of_four_parties(name, after_death) -> None:
    terms, machine, told = begun(name, after_death)
    walk(terms, machine, told, frozenset(ROLES))
