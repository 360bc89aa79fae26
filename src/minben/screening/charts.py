"""Charts and a map as plain SVG, drawn on the server: each says in words what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from minben.base.text import Text
from minben.places.queries import tile, townships
from minben.places.types import Township

MORE, LESS, NONE, WITHHELD = "#0f766e", "#b45309", "#e5e7eb", "url(#withheld)"
_LABEL, _BAR, _ROW = 190, 320, 30
_SIDE, _ACROSS, _GAP = 13, 7, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """長條 One bar: how many have more, how many less; None where it is withheld."""

    label: Text
    more: int | None
    less: int | None


def bars(title: Text, rows: Sequence[Bar]) -> str:
    """Bars to the right for those who have more, below them for those who have less."""
    most = max([n or 0 for row in rows for n in (row.more, row.less)], default=0) or 1
    height = 34 + 2 * _ROW * max(len(rows), 1)
    parts = [_opened(_LABEL + _BAR + 90, height, title, _in_words(rows))]
    for i, row in enumerate(rows):
        top = 30 + i * 2 * _ROW
        parts.append(_text(0, top + 18, row.label.zh, size=14))
        parts.append(_text(0, top + 36, row.label.en, size=12, fill="#52606d"))
        if row.more is None or row.less is None:
            parts.append(
                f'<rect x="{_LABEL}" y="{top + 4}" width="60" height="36" fill="{WITHHELD}"/>'
            )
            parts.append(_text(_LABEL + 68, top + 26, "人數過少不公布 withheld", size=12))
            continue
        for n, colour, y in ((row.more, MORE, top + 2), (row.less, LESS, top + 24)):
            width = round(_BAR * n / most)
            parts.append(
                f'<rect x="{_LABEL}" y="{y}" width="{max(width, 1)}" height="18"'
                f' fill="{colour}" rx="2"/>'
            )
            parts.append(_text(_LABEL + width + 6, y + 14, f"{n:,}", size=12))
    return "".join((*parts, "</svg>"))


def tile_map(title: Text, values: Mapping[str, int | None]) -> str:
    """A map of equal tiles, one per township: NTD more (teal) or less (amber) a month.

    A township that is not in `values` has no change; None is withheld. Outlines would hide small
    townships behind large ones, and are a megabyte; tiles give each the same room.
    """
    most = max((abs(v) for v in values.values() if v), default=0) or 1
    width, height = 5 * (_ACROSS * _SIDE + _GAP) + 10, 8 * (6 * _SIDE + _GAP + 16) + 10
    words = Text(
        f"{len(values)} 個鄉鎮市區有變動，另以表格列出。",
        f"{len(values)} townships see a change; they are listed in the table.",
    )
    parts = [_opened(width, height, title, words)]
    for county, members in groupby(townships(), key=lambda t: t.county):
        column, row = tile(county.code)
        left, top = 5 + column * (_ACROSS * _SIDE + _GAP), 22 + row * (6 * _SIDE + _GAP + 16)
        parts.append(_text(left, top - 3, county.name.zh, size=10))
        for i, place in enumerate(members):
            x, y = left + i % _ACROSS * _SIDE, top + i // _ACROSS * _SIDE
            parts.append(_tile(x, y, place, values, most))
    return "".join((*parts, "</svg>"))


def _tile(x: int, y: int, place: Township, values: Mapping[str, int | None], most: int) -> str:
    value = values.get(place.code, 0)
    name = escape(f"{place.full_name.zh} {place.full_name.en}")
    if value is None:
        fill, opacity, said = WITHHELD, 1.0, "人數過少不公布 withheld"
    else:
        fill = NONE if value == 0 else MORE if value > 0 else LESS
        opacity = 1.0 if value == 0 else round(0.35 + 0.65 * abs(value) / most, 2)
        said = f"{value:+,} NTD"
    return (
        f'<rect x="{x}" y="{y}" width="{_SIDE - 1}" height="{_SIDE - 1}" fill="{fill}"'
        f' fill-opacity="{opacity}"><title>{name}: {said}</title></rect>'
    )


def _opened(width: int, height: int, title: Text, words: Text) -> str:
    key = f"t{abs(hash((title.en, width, height))) % 10**8}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{key} {key}d" font-family="system-ui, sans-serif">'
        f'<title id="{key}">{escape(title.zh)} {escape(title.en)}</title>'
        f'<desc id="{key}d">{escape(words.zh)} {escape(words.en)}</desc>'
        '<defs><pattern id="withheld" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="6" height="6" fill="#f3f4f6"/>'
        '<line x1="0" y1="0" x2="0" y2="6" stroke="#9ca3af" stroke-width="2"/></pattern></defs>'
    )


def _in_words(rows: Sequence[Bar]) -> Text:
    said = [r for r in rows if r.more is not None]
    return Text(
        "；".join(f"{r.label.zh}：增加 {r.more:,} 人，減少 {r.less:,} 人" for r in said) + "。",
        "; ".join(f"{r.label.en}: {r.more:,} have more, {r.less:,} less" for r in said) + ".",
    )


def _text(x: float, y: float, words: str, *, size: int, fill: str = "#1f2933") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}">{escape(words)}</text>'


__all__: Final = ["Bar", "bars", "tile_map"]
