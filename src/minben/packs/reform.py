"""A reform of a pack, as its file says: other numbers, or another rule, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from minben.base.text import Text
from minben.law.errors import RuleError
from minben.law.parameter_file import ParameterError, parameters_of
from minben.law.reform import reformed
from minben.law.variable import Variable
from minben.packs.load import FOLDER, known, module_of, pack
from minben.packs.model import Pack
from minben.packs.reading import PackError, Place, read_yaml


@dataclass(frozen=True, slots=True)
class Reform:
    """修法方案 A draft: its words, the pack it changes, and the pack as it would then be."""

    key: str
    name: Text
    purpose: Text
    today: Pack
    then: Pack


def reform(written: str) -> Reform:
    """The reform in a YAML file, or one of a pack's own by `pack/name`.

    PackError names the file, the mistake and the mend.
    """
    file = Path(written)
    folder, _, name = written.partition("/")
    if not file.is_file() and folder in known():
        file = FOLDER / folder / "reforms" / f"{name}.yaml"
    return read_reform(file)


def read_reform(file: Path) -> Reform:
    """Read one reform: `name`, `purpose`, `pack`, and `parameters` or `rules` (a Python file)."""
    whole = Place(file.name, "", read_yaml(file.parent, file.name))
    key = whole.word("pack")
    if key not in known():
        raise whole.wrong("pack", f"there is no pack {key!r}", f"Known are: {', '.join(known())}")
    name, purpose, today = whole.text("name"), whole.text("purpose"), pack(key)
    overlay = whole.within("parameters").content if whole.has("parameters") else {}
    stem = whole.word("rules").removesuffix(".py") if whole.has("rules") else None
    whole.done()
    if not overlay and stem is None:
        raise whole.wrong("parameters", "nothing is changed", "Write `parameters:` or `rules:`")
    rules = _rules(file.parent, stem)
    try:
        numbers = parameters_of(_dated(overlay), file.name) if overlay else None
        book = reformed(today.book, parameters=numbers, variables=rules)
        book.at(today.first_month).check()
    except (RuleError, ParameterError) as error:
        raise PackError(
            file=file.name, place="", mistake=str(error), mend="Mend the reform"
        ) from error
    content = file.read_bytes() + (
        b"" if stem is None else (file.parent / f"{stem}.py").read_bytes()
    )
    digest = sha256(today.rules_hash.encode() + content).hexdigest()
    then = replace(
        today, book=book, parameters=book.parameters, rules_hash=f"sha-256:{digest}", _others={}
    )
    return Reform(file.stem, name, purpose, today, then)


def _rules(folder: Path, stem: str | None) -> tuple[Variable[Any, Any], ...]:
    if stem is None:
        return ()
    module = module_of(folder, stem)
    own = [v for v in vars(module).values() if isinstance(v, Variable)]
    return tuple(v for v in own if v.rule.__module__ == module.__name__)


def _dated(content: Mapping[str, Any]) -> dict[str, Any]:
    """The overlay with plain keys, as the reader of parameters expects them."""
    return {str(k): v for k, v in content.items()}
