"""Check a pack: every gap by name, with its mend. `minben pack check` prints what this finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minben.packs import case_check, check_examples, check_law, check_words
from minben.packs.case_load import is_case_pack
from minben.packs.findings import Finding
from minben.packs.load import read
from minben.packs.reading import PackError

__all__ = ["Finding", "check"]


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong or left to do in a pack, the basic things first.

    A pack that cannot be read is not looked at further: mend that, then check again.
    """
    found = list(_to_do(folder))
    if is_case_pack(folder):
        return found + case_check.check(folder)
    found += check_words.in_both_languages(folder)
    try:
        pack = read(folder)
    except PackError as error:
        place = f"{error.file} {error.place}".strip()
        if not any(f.place == place for f in found):
            found.insert(0, Finding("structure", place, error.mistake, error.mend))
        return found
    found += check_law.sources(pack)
    found += check_law.disputes(pack)
    readable = list(check_law.unreadable(pack))
    found += readable
    found += check_words.used(pack, folder)
    found += check_examples.answers(pack)
    if not readable:
        found += check_law.asked(pack)
        found += check_examples.cells(pack)
        found += check_examples.paths(pack)
    return found


def _to_do(folder: Path) -> Iterator[Finding]:
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".yaml", ".py"):
            continue
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if "TODO" in line:
                place = f"{file.relative_to(folder)} line {number}"
                rest = line[line.index("TODO") :].strip()
                yield Finding("to do", place, rest[:60], "Write it and remove the TODO")
