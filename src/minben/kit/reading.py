"""Reading what came over the wire: strict, and every mistake named by its field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from minben.base.identifiers import RESIDENT_NUMBERS_RENEWED_ON as _BOTH_FORMS
from minben.base.identifiers import is_national_id, is_resident_number
from minben.base.month import Month
from minben.kit.problems import Problem
from minben.kit.types import JSON

MOST_BYTES = 1_000_000
T = TypeVar("T")


def read_object(body: bytes, *, most: int = MOST_BYTES) -> dict[str, JSON]:
    """The JSON object in a body; no doubled names, no NaN, no depth that breaks a reader."""
    if len(body) > most:
        raise Problem("too_large")
    try:
        value = json.loads(body, object_pairs_hook=_no_doubles, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise Problem("malformed", what="nested too deeply") from error
    except ValueError as error:
        raise Problem("malformed", what=str(error)[:120]) from error
    if not isinstance(value, dict):
        raise Problem("malformed", what="the body must be one JSON object")
    return value


class Fields:
    """欄位 One object's fields, taken one by one; `done` refuses what nobody took."""

    def __init__(self, value: JSON, at: str = "") -> None:
        if not isinstance(value, Mapping):
            raise Problem("wrong_type", at, what_zh="物件", what_en="an object")
        self._value = dict(value)
        self._at = at

    def place(self, name: str) -> str:
        """The full name of a field, as "subject.number"."""
        return f"{self._at}.{name}" if self._at else name

    def take(self, name: str, read: Callable[[JSON, str], T]) -> T:
        """A required field."""
        if name not in self._value:
            raise Problem("missing_field", self.place(name))
        return read(self._value.pop(name), self.place(name))

    def optional(self, name: str, read: Callable[[JSON, str], T]) -> T | None:
        """A field that may be absent or null."""
        value = self._value.pop(name, None)
        return None if value is None else read(value, self.place(name))

    def done(self) -> None:
        """Refuse every field that was not taken."""
        for name in sorted(self._value):
            raise Problem("unknown_field", self.place(name))


def string(value: JSON, at: str) -> str:
    """A string of 1 to 2,000 characters."""
    if not isinstance(value, str) or not 0 < len(value) <= 2_000:
        raise wrong(at, "1 至 2,000 字的文字", "a text of 1 to 2,000 characters")
    return value


def identifier(value: JSON, at: str) -> str:
    """A UUID in its usual spelling."""
    try:
        if isinstance(value, str) and str(UUID(value)) == value:
            return value
    except ValueError:
        pass
    raise wrong(at, "小寫 UUID", "a lower-case UUID")


def number(value: JSON, at: str) -> str:
    """A national ID or resident number whose check digit holds."""
    written = value if isinstance(value, str) else ""
    if not is_national_id(written) and not is_resident_number(written, on=_BOTH_FORMS):
        raise wrong(at, "有效的身分證或居留證統一編號", "a valid national ID or resident number")
    return written


def month(value: JSON, at: str) -> Month:
    """A month "2022-09"."""
    try:
        if isinstance(value, str):
            return Month.parse(value)
    except ValueError:
        pass
    raise wrong(at, "如 2022-09 的月份", "a month such as 2022-09")


def one_of(*allowed: str) -> Callable[[JSON, str], str]:
    """A reader of one of a few words."""

    def read(value: JSON, at: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise wrong(at, "、".join(allowed), "one of " + ", ".join(allowed))
        return value

    return read


def json_object(value: JSON, at: str) -> dict[str, Any]:
    """An object, read further by who understands it."""
    if not isinstance(value, dict):
        raise wrong(at, "物件", "an object")
    return value


def items(most: int) -> Callable[[JSON, str], list[JSON]]:
    """A reader of a list of 1 to `most` items."""

    def read(value: JSON, at: str) -> list[JSON]:
        if not isinstance(value, list) or not 0 < len(value) <= most:
            raise wrong(at, f"1 至 {most} 項的清單", f"a list of 1 to {most} items")
        return value

    return read


def comparable(value: JSON, at: str) -> int | str | bool:
    """What a fact is compared with: an integer, a text, yes or no."""
    if isinstance(value, bool | int) and abs(value) <= 2**53 - 1:
        return value
    if isinstance(value, str) and len(value) <= 200:
        return value
    raise wrong(at, "整數、文字或是非", "an integer, a text or true/false")


def wrong(at: str, zh: str, en: str) -> Problem:
    """What a field must be, in both languages."""
    return Problem("wrong_type", at, what_zh=zh, what_en=en)


def _no_doubles(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object names the same field twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
