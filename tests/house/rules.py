"""What the linters cannot say. Each rule reads a tree of sources and lists its violations."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LONGEST_FILE = 400
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager"}
ROOFS = ("portal", "office", "api")
_WRITES = {"save", "delete", "bulk_create", "bulk_update"}


def floors(pyproject: Path) -> list[list[str]]:
    """The house from the top floor down, as import-linter holds it."""
    contracts = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return [re.findall(r"\w+", layer) for layer in contracts[0]["layers"]]


def rooms(house: Path) -> list[Path]:
    """Every package directly under the root package."""
    return sorted(p.parent for p in house.glob("*/__init__.py"))


def sources(house: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module with its syntax tree; migrations are the machine's."""
    for path in sorted(house.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def rooms_without_a_readme(house: Path) -> list[str]:
    """A room says what it is for."""
    return [room.name for room in rooms(house) if not (room / "README.md").exists()]


def junk_drawers(house: Path) -> list[str]:
    """Nothing is named after not knowing where it belongs."""
    return [str(p.relative_to(house)) for p in house.rglob("*") if p.stem in JUNK_DRAWERS]


def long_files(house: Path) -> list[str]:
    """No one sees the whole of a longer file."""
    texts = [p for e in ("*.py", "*.html", "*.css", "*.js") for p in house.rglob(e)]
    lengths = {p: len(p.read_text("utf-8").splitlines()) for p in texts if "vendor" not in p.parts}
    return [f"{p.relative_to(house)}: {n}" for p, n in lengths.items() if n > LONGEST_FILE]


def borrowed_tables(house: Path) -> list[str]:
    """A room's tables are imported by the room alone."""
    found = []
    for path, tree in sources(house):
        room = path.relative_to(house).parts[0]
        for module, name in _imports(tree):
            parts = f"{module}.{name}".split(".")
            if parts[0] == "minben" and "models" in parts[2:] and parts[1] != room:
                found.append(f"{path.relative_to(house)} imports the tables of {parts[1]}")
    return found


def busy_roofs(house: Path) -> list[str]:
    """The roof parses, asks a room and renders: it neither writes nor queries."""
    found = []
    for path, tree in sources(house):
        if path.relative_to(house).parts[0] not in ROOFS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                found.append(f"{path.relative_to(house)}:{node.lineno} queries")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _WRITES
                and not _is_session(node.func.value)
            ):
                found.append(f"{path.relative_to(house)}:{node.lineno} writes")
        found += [
            f"{path.relative_to(house)} imports {module}.{name}"
            for module, name in _imports(tree)
            if module.startswith("django.db") or "models" in f"{module}.{name}".split(".")[2:]
        ]
    return found


def calls_out_in_a_transaction(house: Path) -> list[str]:
    """Nobody waits for a network while holding the database."""
    found = []
    for path, tree in sources(house):
        for node in ast.walk(tree):
            body: list[ast.stmt] = []
            if isinstance(node, ast.FunctionDef) and any(map(_is_atomic, node.decorator_list)):
                body = node.body
            if isinstance(node, ast.With) and any(_is_atomic(i.context_expr) for i in node.items):
                body = node.body
            for inner in (n for statement in body for n in ast.walk(statement)):
                if (
                    isinstance(inner, ast.Attribute)
                    and isinstance(inner.value, ast.Name)
                    and inner.value.id in {"clients", "httpx", "requests"}
                ):
                    where = f"{path.relative_to(house)}:{inner.lineno}"
                    found.append(f"{where} calls {inner.value.id}.{inner.attr} inside atomic")
    return found


def refusals(house: Path) -> dict[str, str]:
    """Every literal key of a `Refused`, and where it stands."""
    found = {}
    for path, tree in sources(house):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Refused"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found[node.args[0].value] = f"{path.relative_to(house)}:{node.lineno}"
    return found


def nouns(house: Path) -> set[tuple[str, str]]:
    """Every public class of a room's words and tables: (room, name in snake case)."""
    found = set()
    for path, tree in sources(house):
        parts = path.relative_to(house).parts
        if path.stem not in {"types", "models"} and not {"types", "models"} & set(parts):
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.add((parts[0], re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", node.name).lower()))
    return found


def unnamed_migrations(house: Path) -> list[str]:
    """History is written in sentences."""
    return [
        str(path.relative_to(house))
        for path in house.rglob("migrations/0*.py")
        if re.fullmatch(r"\d{4}_(auto_.*|initial)", path.stem)
    ]


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _is_atomic(node: ast.expr) -> bool:
    target = node.func if isinstance(node, ast.Call) else node
    return (isinstance(target, ast.Attribute) and target.attr == "atomic") or (
        isinstance(target, ast.Name) and target.id == "atomic"
    )


def _is_session(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "session"
