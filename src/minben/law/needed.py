"""Which facts can still change the answer, and which comparisons of them suffice.

The reachable paths are boxes: each leaves every unknown expression a domain. A fact can matter
exactly when two paths with different answers have domains that meet in every *other* expression:
then two worlds differ only in this fact. Where the two part is a question worth asking. Questions
whose pairs other questions already tell apart are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from minben.law.case import Case
from minben.law.domain import OPPOSITE, Domain
from minben.law.explorer import Path, bounded
from minben.law.expression import Expression, Unknown, leaves, lifted
from minben.law.finding import Comparison
from minben.law.months import moved
from minben.law.outcome import Outcome

_FEW_PATHS: Final = 40  # beyond, superfluous questions are not looked for: they cost no error
_MANY_TRIES: Final = 2_000
_ANYTHING: Final = Domain()

Pair = tuple[Path, Path]
Answers = dict[int, tuple[str | None, ...]]


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
    answers = {id(p): answer_of(p.result) for p in paths}
    if len(paths) <= _FEW_PATHS:
        found = _fewest(paths, answers)
    else:
        found = {}
        _first_pairs(paths, 0, answers, found)
    ordered = sorted(found.values(), key=lambda f: f[0])
    amounts = [_amount(p.result) for p in paths]
    return [condition for _, condition in ordered] + [e for e in amounts if e is not None]


def _fewest(paths: list[Path], answers: Answers) -> dict[str, tuple[int, Expression]]:
    """Every pair of paths that one fact tells apart; then without superfluous questions."""
    found: dict[str, tuple[int, Expression]] = {}
    pairs: dict[str, list[Pair]] = {}
    for i, first in enumerate(paths):
        for second in paths[i + 1 :]:
            if answers[id(first)] == answers[id(second)]:
                continue
            place, condition = _parting(first, second)
            if _meet_elsewhere(first, second, condition):
                found.setdefault(condition.text, (place, condition))
                pairs.setdefault(condition.text, []).append((first, second))
    _drop_superfluous(found, pairs)
    return found


def _first_pairs(
    paths: list[Path], depth: int, answers: Answers, found: dict[str, tuple[int, Expression]]
) -> None:
    """The same for many paths: one pair per condition is enough, and after many tries none is
    needed (a question too many is asked, never one too few)."""
    if len({answers[id(p)] for p in paths}) == 1:
        return
    condition = paths[0].conditions[depth][0]
    yes = [p for p in paths if p.conditions[depth][1]]
    no = [p for p in paths if not p.conditions[depth][1]]
    if condition.text not in found:
        tries = 0
        for first, second in product(yes, no):
            if answers[id(first)] == answers[id(second)]:
                continue
            tries += 1
            if tries > _MANY_TRIES or _meet_elsewhere(first, second, condition):
                found[condition.text] = (depth, condition)
                break
    _first_pairs(yes, depth + 1, answers, found)
    _first_pairs(no, depth + 1, answers, found)


def _drop_superfluous(
    found: dict[str, tuple[int, Expression]], pairs: dict[str, list[Pair]]
) -> None:
    for text in list(found):
        others = [condition for key, (_, condition) in found.items() if key != text]
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


def _meet_elsewhere(first: Path, second: Path, condition: Expression) -> bool:
    but = bounded(condition, yes=True)[0].text
    return all(
        domain.meets(second.domains[text])
        for text, domain in first.domains.items()
        if text != but and text in second.domains
    )


def answer_of(result: Any) -> tuple[str | None, ...]:
    """What makes two results the same answer."""
    if isinstance(result, Outcome):
        return result.answer
    if isinstance(result, Expression) and not result.known:
        return (result.text,)
    return (str(lifted(result).value),)  # known: by its value, not by the words that led there


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
