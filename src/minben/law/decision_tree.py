"""Paths put back into a tree of conditions; equal branches merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from minben.law.explorer import Path
from minben.law.expression import Expression


@dataclass(frozen=True)
class Leaf:
    """結果 An end of the tree: which distinct result."""

    result: int


@dataclass(frozen=True)
class Branch:
    """分支 A condition, and the trees where it holds and where it does not."""

    condition: Expression
    yes: Tree
    no: Tree
    ends: frozenset[int]


Tree = Leaf | Branch


def tree_of(paths: Sequence[Path], key: Callable[[Any], Any]) -> tuple[Tree, list[Any]]:
    """The tree of all paths, and the distinct results that its leaves number.

    `key` says which results are the same; the first of each is kept.
    """
    results: list[Any] = []
    numbers: dict[Any, int] = {}
    for path in paths:
        if key(path.result) not in numbers:
            numbers[key(path.result)] = len(results)
            results.append(path.result)
    return _built(paths, 0, lambda r: numbers[key(r)]), results


def ends(tree: Tree) -> frozenset[int]:
    """The results that a tree can end in."""
    return tree.ends if isinstance(tree, Branch) else frozenset((tree.result,))


def conditions(tree: Tree) -> Iterator[Expression]:
    """Every condition in the tree, from the top, repeated ones too."""
    if isinstance(tree, Branch):
        yield tree.condition
        yield from conditions(tree.yes)
        yield from conditions(tree.no)


def _built(paths: Sequence[Path], depth: int, number: Callable[[Any], int]) -> Tree:
    first = paths[0]
    if len(paths) == 1 and len(first.conditions) == depth:
        return Leaf(number(first.result))
    yes = _built([p for p in paths if p.conditions[depth][1]], depth + 1, number)
    other = [p for p in paths if not p.conditions[depth][1]]
    no = _built(other, depth + 1, number)
    if _same(yes, no):
        return yes
    return Branch(first.conditions[depth][0], yes, no, ends(yes) | ends(no))


def _same(a: Tree, b: Tree) -> bool:
    if isinstance(a, Leaf) or isinstance(b, Leaf):
        return isinstance(a, Leaf) and isinstance(b, Leaf) and a.result == b.result
    return (
        a.ends == b.ends
        and a.condition.text == b.condition.text
        and _same(a.yes, b.yes)
        and _same(a.no, b.no)
    )
