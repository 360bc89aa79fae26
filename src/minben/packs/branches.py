"""Which way each `if` of a law went while examples ran: what no example takes is named.

Path exploration sees laws of single persons; a law over a whole case walks trees and lists, so its
branches are watched while it runs (`sys.settrace`). A guard that only raises is a mistake in the
facts, not a path of the law, and is left to tests.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any


@dataclass(frozen=True, slots=True)
class Branch:
    """未走之分支 One way of an `if` that nothing took: the file, its line, the condition."""

    file: str
    line: int
    condition: str
    way: bool


_Step = tuple[str, int, int]  # file, line, next line of the same frame (0: it returned)


def untaken(folder: Path, run: Callable[[], None]) -> list[Branch]:
    """The branches of the modules in a folder that did not happen while `run` ran."""
    files = {str(file): file for file in sorted(folder.glob("*.py"))}
    steps: set[_Step] = set()
    last: dict[FrameType, int] = {}

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if file not in files:
            return None
        if event in ("line", "return"):
            line = frame.f_lineno if event == "line" else 0
            if frame in last:
                steps.add((file, last[frame], line))
            last[frame] = line
            if event == "return":
                last.pop(frame)
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        run()
    finally:
        sys.settrace(before)
    return [branch for file in files.values() for branch in _missed(file, steps)]


def _missed(file: Path, steps: set[_Step]) -> Iterator[Branch]:
    source = file.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.If) or all(isinstance(s, ast.Raise) for s in node.body):
            continue
        test = range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1)
        body = range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1)
        after = {to for f, of, to in steps if f == str(file) and of in test and to not in test}
        condition = " ".join((ast.get_source_segment(source, node.test) or "").split())
        if not any(to in body for to in after):
            yield Branch(file.name, node.lineno, condition, True)
        if all(to in body for to in after):
            yield Branch(file.name, node.lineno, condition, False)
