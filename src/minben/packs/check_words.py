"""Check the words of a pack: both languages, nothing said without words, no word unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from minben.packs.findings import Finding
from minben.packs.manifest import GROUPS, SINGLE
from minben.packs.model import Pack
from minben.packs.reading import PackError, read_yaml

LANGUAGES = {"zh": "正體中文", "en": "English"}


def in_both_languages(folder: Path) -> Iterator[Finding]:
    """Texts of `texts.yaml` that lack a language."""
    try:
        content = read_yaml(folder, "texts.yaml")
    except PackError:
        return  # said already, as a mistake of structure
    if not isinstance(content, Mapping):
        return
    for key in SINGLE:
        yield from _one(key, content.get(key))
    for group in GROUPS:
        texts = content.get(group)
        for key, text in (texts if isinstance(texts, Mapping) else {}).items():
            yield from _one(f"{group}.{key}", text)


def _one(place: str, text: Any) -> Iterator[Finding]:
    for language, name in LANGUAGES.items():
        written = text.get(language) if isinstance(text, Mapping) else None
        if not isinstance(written, str) or not written.strip():
            yield Finding(
                "words", f"texts.yaml {place}.{language}", f"no {name}", f"Write its {language}"
            )


def used(pack: Pack, folder: Path) -> Iterator[Finding]:
    """Reasons, schemes, rules and questions without words, and words that nothing uses."""
    reasons, schemes = _said(folder / "law.py")
    yield from _without(pack, "reasons", reasons)
    for reason in sorted(set(pack.texts["reasons"]) - reasons):
        yield Finding(
            "words", f"texts.yaml reasons.{reason}", "law.py never gives it", "Remove it or use it"
        )
    for scheme in sorted(schemes - set(pack.schemes)):
        yield Finding(
            "words", f"law.py {scheme}", "no such scheme", "Add it to `schemes` of pack.yaml"
        )
    for scheme in sorted(set(pack.schemes) - schemes):
        yield Finding(
            "words", f"pack.yaml schemes.{scheme}", "law.py never awards it", "Remove or use it"
        )
    yield from _without(pack, "variables", set(pack.book.variables))
    asks = pack.manifest.asks
    yield from _without(pack, "questions", {*asks.subject, *asks.parents, *asks.siblings})


def _without(pack: Pack, group: str, keys: set[str]) -> Iterator[Finding]:
    for key in sorted(keys - set(pack.texts[group])):
        yield Finding(
            "words",
            f"texts.yaml {group}.{key}",
            "no words in either language",
            f"Write `{key}: {{zh: …, en: …}}` under {group}",
        )


def _said(law: Path) -> tuple[set[str], set[str]]:
    """Reason and scheme keys that stand in the code, also those that rules pass on."""
    tree = ast.parse(law.read_text("utf-8"))
    reasons, schemes = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = {k.arg: k.value for k in node.keywords}
            if node.func.id == "not_due" and node.args:
                reasons |= _constants(node.args[0])
            if node.func.id in ("due", "not_due"):
                reasons |= _constants(words.get("reason"))
                schemes |= _constants(words.get("scheme"))
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    reasons |= _constants(inner.value)
    return reasons - {""}, schemes


def _constants(node: ast.expr | None) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()
