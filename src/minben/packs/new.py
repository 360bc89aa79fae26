"""Write a new pack: the blank one under a new name."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path

from minben.packs.reading import PackError

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
RESERVED = frozenset({"blank"})


def write(name: str, *, into: Path) -> Path:
    """The folder of the new pack; PackError when the name is no word or is taken."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise PackError(
            file=name,
            place="",
            mistake="this is no name for a pack",
            mend="Use small letters, digits and _, as in school_fees",
        )
    folder = into / name
    if folder.exists():
        raise PackError(
            file=str(folder), place="", mistake="it exists already", mend="Choose another name"
        )
    with as_file(files("minben.packs") / "blank") as blank:
        for file in sorted(blank.rglob("*")):
            if file.is_file() and file.suffix in (".yaml", ".txt", ".md"):
                target = folder / file.relative_to(blank)
                if target.suffix == ".txt":
                    target = target.with_suffix(".py")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.read_text("utf-8").replace("NAME", name), encoding="utf-8")
    (folder / "__init__.py").touch()
    return folder
