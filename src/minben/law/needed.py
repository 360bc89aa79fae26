"""Which facts can still change the answer, and which comparisons of them suffice.

The reachable paths are boxes: each leaves every unknown expression a domain. A fact can matter
exactly when two paths with different answers have domains that meet in every *other* expression:
then two worlds differ only in this fact. Where the two part is a question worth asking. Questions
whose pairs other questions already tell apart are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from minben.law.case import Case
from minben.law.domain import OPPOSITE, Domain
from minben.law.explorer import Path, bounded
from minben.law.expression import Expression, Unknown, leaves
from minben.law.finding import Comparison
from minben.law.months import moved
from minben.law.outcome import Outcome

_FEW_PATHS: Final = 80  # beyond, superfluous questions are not looked for: they cost no error
_ANYTHING: Final = Domain()

Pair = tuple[Path, Path]


def needed(case: Case, paths: list[Path], shares: Mapping[str, int]) -> tuple[Comparison, ...]:
    """The comparisons that can still change the answer, in the order of asking.

    They come in the order in which the rule asks, which settles the guards first. `shares` says,
    per comparison key, of how many in 1,000 people it holds (counted in the synthetic town, never
    from personal data): then the question that divides people most evenly comes first, so that
    the fewest questions are expected.
    """
    order: dict[Comparison, None] = {}
    for condition in _separating(paths):
        order.update(dict.fromkeys(comparisons_of(case, condition)))
    asked = list(order)
    if not shares:
        return tuple(asked)
    return tuple(sorted(asked, key=lambda c: -_evenness(shares.get(c.key, 0))))


def _evenness(share: int) -> int:
    return share * (1_000 - share)


def _separating(paths: list[Path]) -> list[Expression]:
    answers = [answer_of(p.result) for p in paths]
    found: dict[str, tuple[int, int, Expression]] = {}
    pairs: dict[str, list[Pair]] = {}
    for i, first in enumerate(paths):
        for j in range(i + 1, len(paths)):
            if answers[i] == answers[j]:
                continue
            place, condition = _parting(first, paths[j])
            x, _, _ = bounded(condition, yes=True)
            if _meet_elsewhere(first, paths[j], x.text):
                found.setdefault(condition.text, (place, i, condition))
                pairs.setdefault(condition.text, []).append((first, paths[j]))
    if len(paths) <= _FEW_PATHS:
        _drop_superfluous(found, pairs)
    ordered = sorted(found.values(), key=lambda f: f[:2])
    amounts = [_amount(p.result) for p in paths]
    return [condition for _, _, condition in ordered] + [e for e in amounts if e is not None]


def _drop_superfluous(
    found: dict[str, tuple[int, int, Expression]], pairs: dict[str, list[Pair]]
) -> None:
    for text in list(found):
        others = [condition for key, (_, _, condition) in found.items() if key != text]
        if all(any(_tells_apart(c, pair) for c in others) for pair in pairs[text]):
            del found[text]
            for pair in pairs.pop(text):  # from now on the others answer for these pairs
                keeper = next(c for c in others if _tells_apart(c, pair))
                pairs[keeper.text].append(pair)


def _tells_apart(condition: Expression, pair: Pair) -> bool:
    """Whether the answer to a condition excludes one of two paths, whichever way it goes."""
    x, op, bound = bounded(condition, yes=True)
    first, second = (p.domains.get(x.text) or x.domain or _ANYTHING for p in pair)
    opposite = OPPOSITE[op]
    return (first.keep(op, bound).empty and second.keep(opposite, bound).empty) or (
        first.keep(opposite, bound).empty and second.keep(op, bound).empty
    )


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
            if op in ("gt", "le"):
                return [Comparison(person, fact, "at_least", _next(bound))]
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


def _next(bound: Any) -> Any:
    return bound + 1 if isinstance(bound, int) else moved(bound, 1)
