"""Which facts can still change the answer, and which comparison of each suffices.

The reachable paths are boxes: each leaves every unknown expression a domain. A fact can matter
exactly when two paths with different answers have domains that meet in every *other* expression:
then two worlds differ only in this fact. Where those two paths part is the question to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minben.law.case import Case
from minben.law.explorer import Path, bounded
from minben.law.expression import Expression, Unknown, leaves
from minben.law.finding import Comparison
from minben.law.outcome import Outcome


def needed(case: Case, paths: list[Path], shares: Mapping[str, int]) -> tuple[Comparison, ...]:
    """The comparisons that can still change the answer, in the order of asking.

    Fewest expected questions first: a comparison that, answered its commoner way, settles more of
    the reachable paths is asked earlier. `shares` gives, per comparison key, how many in 1,000
    people answer yes (from path counts in the synthetic town); without it both ways count alike.
    """
    weight: dict[Comparison, int] = {}
    order: list[Comparison] = []
    for e in _separating(paths):
        for comparison in comparisons_of(case, e):
            if comparison not in weight:
                order.append(comparison)
            weight[comparison] = weight.get(comparison, 0) + 1
    if not shares:
        return tuple(order)
    return tuple(sorted(order, key=lambda c: (-_surprise(shares.get(c.key, 500)), order.index(c))))


def _surprise(share: int) -> int:
    """How evenly 1,000 people split: an even split saves most questions."""
    return share * (1_000 - share)


def _separating(paths: list[Path]) -> list[Expression]:
    answers = [answer_of(p.result) for p in paths]
    found: dict[str, tuple[int, int, Expression]] = {}
    for i, first in enumerate(paths):
        for j in range(i + 1, len(paths)):
            if answers[i] == answers[j]:
                continue
            second = paths[j]
            place, condition = _parting(first, second)
            x, _, _ = bounded(condition, yes=True)
            if condition.text not in found and _meet_elsewhere(first, second, x.text):
                found[condition.text] = (i, place, condition)
    ordered = sorted(found.values(), key=lambda f: (f[1], f[0]))
    rest = [_amount(p.result) for p in paths]
    return [condition for _, _, condition in ordered] + [e for e in rest if e is not None]


def _parting(first: Path, second: Path) -> tuple[int, Expression]:
    for place, ((a, yes), (_, other)) in enumerate(
        zip(first.conditions, second.conditions, strict=False)
    ):
        if yes is not other:
            return place, a
    raise AssertionError("two paths that do not part")


def _meet_elsewhere(first: Path, second: Path, but: str) -> bool:
    return all(
        domain.meets(second.domains[text])
        for text, domain in first.domains.items()
        if text != but and text in second.domains
    )


def answer_of(result: Any) -> tuple[str | None, ...]:
    """What makes two results the same answer."""
    if isinstance(result, Outcome):
        return result.answer
    return (result.text,) if isinstance(result, Expression) else (str(result),)


def _amount(result: Any) -> Expression | None:
    value = result.amount if isinstance(result, Outcome) else result
    return value if isinstance(value, Expression) and not value.known else None


def comparisons_of(case: Case, e: Expression) -> list[Comparison]:
    """What to ask so that a condition, or an amount, becomes known."""
    if e.kind == "bool":
        x, op, bound = bounded(e, yes=True)
        if x.op == "fact":
            person, fact = x.args
            if op in ("ge", "lt"):
                return [Comparison(person, fact, "at_least", bound)]
            if op in ("gt", "le") and isinstance(bound, int):
                return [Comparison(person, fact, "at_least", bound + 1)]
            return [Comparison(person, fact, "is", bound)]
    found: list[Comparison] = []
    for leaf in leaves(e).values():
        if not isinstance(leaf.value, Unknown):
            continue
        if leaf.op == "group":
            found += [Comparison(person, str(f), "value") for person, f in case.asks[leaf.text]]
        else:
            found.append(Comparison(leaf.args[0], leaf.args[1], "value"))
    return list(dict.fromkeys(found))
