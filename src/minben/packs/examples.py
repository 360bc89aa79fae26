"""Examples of a pack, in OpenFisca's test format: a name, a period, an input, an output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from minben.base.month import Month
from minben.facts.situation import Situation, SituationError
from minben.packs.reading import PackError, read_yaml

FILE = "examples.yaml"
KEYS = frozenset({"name", "period", "input", "output"})


@dataclass(frozen=True, slots=True)
class Example:
    """範例 A family, a month, and what must come out.

    `output` names any of status, scheme, amount, reason, or rules of the pack for the subject.
    """

    name: str
    month: Month
    situation: Situation
    output: Mapping[str, Any]


def read_examples(folder: Traversable) -> tuple[Example, ...]:
    """The examples of a pack; PackError names the one that cannot be read."""
    content = read_yaml(folder, FILE) if (folder / FILE).is_file() else []
    if not isinstance(content, list):
        raise PackError(
            file=FILE, place="", mistake="a list is expected", mend="Write `- name: …`"
        )
    return tuple(_example(i, one) for i, one in enumerate(content))


def _example(place: int, one: Any) -> Example:
    where = f"[{place}]"
    if not isinstance(one, Mapping) or set(one) != KEYS:
        raise PackError(
            file=FILE,
            place=where,
            mistake="an example has name, period, input and output",
            mend="Write exactly these four",
        )
    try:
        month = Month.parse(str(one["period"]))
        situation = Situation.from_json(plain(one["input"]))
    except SituationError as error:
        raise PackError(
            file=FILE, place=f"{where}.{error.field}", mistake=error.mistake.en, mend=error.mend.en
        ) from error
    except ValueError as error:
        raise PackError(
            file=FILE, place=f"{where}.period", mistake=str(error), mend="Write 2022-09"
        ) from error
    if not isinstance(one["output"], Mapping) or not one["output"]:
        raise PackError(
            file=FILE,
            place=f"{where}.output",
            mistake="empty",
            mend="Write status, scheme, amount",
        )
    return Example(str(one["name"]), month, situation, dict(one["output"]))


def plain(value: Any) -> Any:
    """YAML's dates as texts, as the file form of a situation has them."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
