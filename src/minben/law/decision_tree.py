"""Paths put back into a tree of conditions; equal branches merged and shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from minben.law.explorer import Path
from minben.law.expression import Expression


@dataclass(frozen=True, eq=False)
class Leaf:
    """終點 An end of the tree: which distinct result."""

    result: int


@dataclass(frozen=True, eq=False)
class Branch:
    """分支 A condition, and the trees where it holds and where it does not.

    `height` is the number of conditions on the longest way down.
    """

    condition: Expression
    yes: Tree
    no: Tree
    height: int


Tree = Leaf | Branch


def tree_of(paths: Sequence[Path], key: Callable[[Any], Any]) -> tuple[Tree, list[Any]]:
    """The tree of all paths, and the distinct results that its leaves number.

    `key` says which results are the same; the first of each is kept. Equal sub-trees are one
    object, so that a tree of a thousand paths has some hundred branches.
    """
    results: list[Any] = []
    leaves: dict[Any, Leaf] = {}
    for path in paths:
        if key(path.result) not in leaves:
            leaves[key(path.result)] = Leaf(len(results))
            results.append(path.result)
    branches: dict[tuple[str, int, int], Branch] = {}

    def built(some: Sequence[Path], depth: int) -> Tree:
        first = some[0]
        if len(some) == 1 and len(first.conditions) == depth:
            return leaves[key(first.result)]
        yes = built([p for p in some if p.conditions[depth][1]], depth + 1)
        no = built([p for p in some if not p.conditions[depth][1]], depth + 1)
        if yes is no:
            return yes
        condition = first.conditions[depth][0]
        same = (condition.text, id(yes), id(no))
        if same not in branches:
            height = 1 + max(height_of(yes), height_of(no))
            branches[same] = Branch(condition, yes, no, height)
        return branches[same]

    return built(paths, 0), results


def height_of(tree: Tree) -> int:
    """The number of conditions on the longest way down."""
    return tree.height if isinstance(tree, Branch) else 0


def branches(tree: Tree) -> Iterator[Branch]:
    """Every branch once, from the top."""
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Branch) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.yes, one.no]
