"""The words of the notices, read once at start from `texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from minben.base.text import Text
from minben.notices.types import NoticeKind

# What goes over channels that others can read: no name, no matter, no link (people are taught
# never to follow one).
SMS = Text(
    "【民本】您有一則新通知。請自行登入平常使用的政府網站查看，本簡訊不附連結。",
    "[minben] You have a new message. Sign in as you always do; this text carries no link.",
)
REMINDER = Text("提醒：", "Reminder: ")


@cache
def kinds() -> Mapping[str, NoticeKind]:
    """Every kind of notice by its key; KeyError at start when a language is missing."""
    raw = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
    return {
        key: NoticeKind(
            key,
            Text.from_json(entry["subject"]),
            Text.from_json(entry["body"]),
            entry.get("answer_within_days"),
        )
        for key, entry in raw.items()
    }


def written(key: str, details: Mapping[str, object]) -> tuple[Text, Text]:
    """Subject and body of a notice, filled; ValueError names a detail that is missing."""
    kind = kinds()[key]
    values = {name: _text(value) for name, value in details.items()}
    try:
        return kind.subject.filled(**values), kind.body.filled(**values)
    except KeyError as missing:
        raise ValueError(f"the notice {key} needs the detail {missing}") from missing


def _text(value: object) -> object:
    """Details are stored as JSON: a pair of languages becomes a text again."""
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return Text.from_json(value)
    return f"{value:,}" if isinstance(value, int) else value
