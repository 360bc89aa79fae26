"""Read what a command is given; every mistake becomes one JSON error in both languages."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from minben.base.month import Month
from minben.base.text import Text

LONGEST = 8 * 1024 * 1024  # bytes of one situation: a family is a few kilobytes


class BadInput(Exception):
    """輸入有誤 What was given cannot be used: which field, what is wrong, how to mend it."""

    def __init__(self, field: str, mistake: Text, mend: Text) -> None:
        super().__init__(f"{field}: {mistake.en}")
        self.field = field
        self.mistake = mistake
        self.mend = mend

    def to_json(self) -> dict[str, Any]:
        """The error as the commands print it."""
        return {
            "error": {
                "field": self.field,
                "mistake": self.mistake.to_json(),
                "mend": self.mend.to_json(),
            }
        }


def read_month(field: str, written: str | None) -> Month:
    """The month of an option such as `--on 2022-09`."""
    if written is None:
        raise BadInput(
            field,
            Text("未指定月份。", "No month is given."),
            Text(f"請加上 {field} 2022-09。", f"Add {field} 2022-09."),
        )
    try:
        return Month.parse(written)
    except ValueError:
        raise BadInput(
            field,
            Text(f"「{written}」不是月份。", f'"{written}" is not a month.'),
            Text("月份寫作 YYYY-MM，例如 2022-09。", "Write a month as YYYY-MM, as in 2022-09."),
        ) from None


def read_day(field: str, written: str | None) -> date:
    """The day of an option such as `--on 2025-06-01`."""
    if written is None:
        raise BadInput(
            field,
            Text("未指定日期。", "No day is given."),
            Text(f"請加上 {field} 2025-06-01。", f"Add {field} 2025-06-01."),
        )
    try:
        if len(written) != len("2025-06-01"):
            raise ValueError(written)
        return date.fromisoformat(written)
    except ValueError:
        raise BadInput(
            field,
            Text(f"「{written}」不是日期。", f'"{written}" is not a day.'),
            Text("日期寫作 YYYY-MM-DD，例如 2025-06-01。", "Write a day as in 2025-06-01."),
        ) from None


def read_document(field: str, name: str | None) -> Mapping[str, Any]:
    """The JSON object in a file, or on standard input when the name is `-`."""
    if name is None:
        raise BadInput(
            field,
            Text("未指定事實檔。", "No file of facts is given."),
            Text(
                f"請加上 {field} 檔名；「-」表示標準輸入。",
                f"Add {field} FILE; - reads standard input.",
            ),
        )
    return parse_document(field, _bytes(field, name))


def parse_document(field: str, content: bytes) -> Mapping[str, Any]:
    """The JSON object in these bytes: UTF-8, no doubled keys, no NaN."""
    if len(content) > LONGEST:
        raise BadInput(
            field,
            Text("檔案過大。", "The file is too long."),
            Text("一個家庭的事實只需數KB。", "The facts of one family take a few kilobytes."),
        )
    try:
        document = json.loads(
            content.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise BadInput(
            field,
            Text(f"第 {error.start} 位元組不是 UTF-8。", f"Byte {error.start} is not UTF-8."),
            Text("請以 UTF-8 儲存。", "Save the file as UTF-8."),
        ) from None
    except json.JSONDecodeError as error:
        raise BadInput(
            field,
            Text(
                f"第 {error.lineno} 行第 {error.colno} 字不是 JSON。",
                f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}.",
            ),
            Text("請更正該處。", "Mend that place."),
        ) from None
    except _DoubledError as error:
        raise BadInput(
            error.key,
            Text("同一物件中重複出現。", "The key stands twice in one object."),
            Text("請只保留一個。", "Keep one of them."),
        ) from None
    except (RecursionError, ValueError) as error:
        raise BadInput(
            field,
            Text("內容過深或數字過長。", f"Nested too deeply, or a number too long ({error})."),
            Text("請依 minben facts 的格式。", "Follow the form that `minben facts` prints."),
        ) from None
    if not isinstance(document, dict):
        raise BadInput(
            field,
            Text("最外層應為物件。", "The outermost value should be an object."),
            Text('請寫成 {"subject": …, "persons": …}。', 'Write {"subject": …, "persons": …}.'),
        )
    return document


class _DoubledError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DoubledError(key)
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _bytes(field: str, name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(LONGEST + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadInput(
            field,
            Text("無法讀取檔案。", f"The file cannot be read: {why}."),
            Text(
                "請確認檔名與權限；「-」表示標準輸入。",
                "Check name and permissions; - reads standard input.",
            ),
        ) from None
