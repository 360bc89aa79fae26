"""Documents cannot drift: a setting, a command or a decision that is not written down is red."""

import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs" / "reference").glob("*.md"))


def _settings() -> set[str]:
    found: set[str] = set()
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").iterdir()]:
        found |= set(
            re.findall(r"\b(MINBEN_[A-Z_]+[A-Z]|DATABASE_URL)\b", path.read_text("utf-8"))
        )
    return found


@pytest.mark.parametrize("name", sorted(_settings()))
def test_every_setting_is_documented(name):
    assert f"`{name}`" in (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, f"{path} {name}")


def _all_commands() -> list[tuple[str, click.Command]]:
    points = entry_points(group="minben.commands")
    return [found for p in points for found in _commands(p.load(), f"minben {p.name}")]


def test_every_command_is_documented_and_explains_itself():
    undocumented = [path for path, _ in _all_commands() if f"`{path}" not in REFERENCE]
    silent = [path for path, command in _all_commands() if not command.help]
    assert (undocumented, silent) == ([], [])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda p: p.stem
)
def test_every_decision_says_what_was_rejected(path):
    text = path.read_text("utf-8")
    assert "## Rejected alternatives" in text
    assert f"]({path.name})" in (path.parent / "README.md").read_text("utf-8")


def test_the_project_speaks_of_itself_only():
    forbidden = re.compile(r"/work/|/root/|/\.library|claude|anthropic|subagent", re.IGNORECASE)
    elsewhere = {".venv", "var", ".git"}
    tops = [top for top in ROOT.iterdir() if top.name not in elsewhere]
    written = {".md", ".py", ".toml", ".yml", ".yaml", ".html", ".lock"}
    ours = [p for top in tops for p in (top, *top.rglob("*")) if p.suffix in written]
    told = [p for p in ours if forbidden.search(p.read_text("utf-8")) and p != Path(__file__)]
    assert told == []
