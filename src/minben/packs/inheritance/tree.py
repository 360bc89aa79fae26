# 繼承系統表 The family tree as a picture
"""The family as one SVG, by rows of generations, with a title and description to be read out.

Names, shares and † need no translation; title and description are in both languages. Heirs have a
thick frame and their fraction, so that nothing rests on colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape

from minben.facts.person import NEVER
from minben.packs.inheritance.family import Family

WIDE, HIGH, GAP, ROW = 120, 52, 24, 104  # of a box, between boxes, from row to row


def drawn(family: Family, shares: Mapping[str, Fraction]) -> str:
    """The SVG text of the family of the deceased, each heir with their share."""
    rows = _rows(family)
    width = max(len(row) for row in rows) * (WIDE + GAP) + GAP
    height = len(rows) * ROW
    at = {
        key: (
            (width - len(row) * (WIDE + GAP) + GAP) // 2 + place * (WIDE + GAP),
            number * ROW + (ROW - HIGH) // 2,
        )
        for number, row in enumerate(rows)
        for place, key in enumerate(row)
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' class="family-tree" aria-labelledby="tree-title tree-desc">',
        f'<title id="tree-title">{escape(_title(family))}</title>',
        f'<desc id="tree-desc">{escape(_description(family, shares))}</desc>',
        '<g fill="none" stroke="currentColor" stroke-width="1.5">',
        *_ties(family, at),
        "</g>",
        '<g fill="currentColor" font-size="14" text-anchor="middle">',
        *(_box(family, key, at[key], shares.get(key)) for row in rows for key in row),
        "</g></svg>",
    ]
    return "".join(parts)


def _rows(family: Family) -> list[list[str]]:
    """Generations from the eldest down; whoever is tied to nobody stands in the last row."""
    level = {family.deceased: 0}
    todo = [family.deceased]
    while todo:
        key = todo.pop(0)
        person = family.people[key]
        near = [
            *((p, level[key] - 1) for p in person.parents),
            *((c, level[key] + 1) for c in family.children(key)),
            *(((person.spouse, level[key]),) if person.spouse else ()),
        ]
        for other, row in near:
            if other not in level:
                level[other] = row
                todo.append(other)
    rows: dict[int, list[str]] = {}
    lowest = max(level.values()) + 1
    for key in sorted(family.people, key=family.seniority):
        rows.setdefault(level.get(key, lowest), []).append(key)
    return [_couples(family, rows[number]) for number in sorted(rows)]


def _couples(family: Family, row: list[str]) -> list[str]:
    """The same row with each spouse beside the other."""
    found: list[str] = []
    for key in row:
        spouse = family.people[key].spouse
        for one in (key, spouse):
            if one in row and one not in found:
                found.append(one)
    return found


_At = Mapping[str, tuple[int, int]]


def _ties(family: Family, at: _At) -> list[str]:
    ties = []
    for key in sorted(family.people, key=family.seniority):
        x, y = at[key]
        for parent in family.people[key].parents:
            px, py = at[parent]
            middle = (py + HIGH + y) // 2
            ties.append(f'<path d="M{px + WIDE // 2} {py + HIGH}V{middle}H{x + WIDE // 2}V{y}"/>')
        spouse = family.people[key].spouse
        if spouse is not None and at[spouse] > at[key]:
            sx, sy = at[spouse]
            ties += [
                f'<path d="M{x + WIDE} {y + HIGH // 2 + off}L{sx} {sy + HIGH // 2 + off}"/>'
                for off in (-2, 2)
            ]
    return ties


def _box(family: Family, key: str, at: tuple[int, int], share: Fraction | None) -> str:
    person, (x, y) = family.people[key], at
    name = person.name.zh if len(person.name.zh) <= 12 else f"{person.name.zh[:11]}…"
    mark = " †" if person.died_on != NEVER else ""
    weight = 3 if share else 1
    below = str(share) if share else "—"
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="none"'
        f' stroke="currentColor" stroke-width="{weight}"/>'
        f'<text x="{x + WIDE // 2}" y="{y + 22}">{escape(name)}{mark}</text>'
        f'<text x="{x + WIDE // 2}" y="{y + 42}">{below}</text>'
    )


def _title(family: Family) -> str:
    name = family.people[family.deceased].name
    return f"{name.zh}之繼承系統表 Family tree of {name.en}"


def _description(family: Family, shares: Mapping[str, Fraction]) -> str:
    if not shares:
        return "無人繼承。Nobody inherits."
    names = {key: family.people[key].name for key in shares}
    zh = "、".join(f"{names[key].zh} {share}" for key, share in shares.items())
    en = ", ".join(f"{names[key].en} {share}" for key, share in shares.items())
    return f"應繼分：{zh}。Shares: {en}."
