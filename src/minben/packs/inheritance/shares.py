# 應繼分與特留分 Shares of the heirs and their compulsory portions
"""`inheritance.shares`: who inherits which fraction, why, and who does not.

The law is that of the day of death; renunciations count as known on the day asked about. Fractions
are exact. A family tree has no columns, so this law runs for one case only (no table, no SQL).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from minben.base.text import Text
from minben.facts.reading import SituationError
from minben.facts.situation import Situation
from minben.law.parameter_tree import ParameterNode
from minben.packs.case_law import OPEN, Answer, Law, Line, Missing, line
from minben.packs.inheritance.family import Family, Presence, known_death, read_family
from minben.packs.inheritance.heirs import Heirs, Right, Standing, Stock, heirs, right
from minben.packs.inheritance.tree import drawn

READS: Final = (
    "birth_date", "died_on", "mother", "father", "adoptive_mother", "adoptive_father", "spouse",
    "name", "renounced_on", "disqualified", "survived_decedent",
)  # fmt: skip
BESIDES: Final[Mapping[str, Any]] = {}  # what the file holds besides persons: nothing
GIVES: Final[Mapping[str, Any]] = {
    "opened_on": {"type": ["string", "null"], "format": "date"},
    "shares": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "person": {"type": "string"},
                "name": {"$ref": "#/$defs/text"},
                "standing": {"enum": [str(standing) for standing in Standing]},
                "share": {"$ref": "#/$defs/fraction"},
                "compulsory": {"$ref": "#/$defs/fraction"},
                "represents": {"type": "array", "items": {"type": "string"}},
                "derivation": {"type": "array", "items": {"$ref": "#/$defs/line"}},
            },
        },
    },
    "excluded": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "person": {"type": "string"},
                "name": {"$ref": "#/$defs/text"},
                "reason": {"$ref": "#/$defs/line"},
            },
        },
    },
    "tree": {"type": ["string", "null"], "description": "SVG"},
}
RANK: Final = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Share:
    """應繼分 One heir's fraction, its compulsory portion, and how both came about."""

    person: str
    standing: Standing
    fraction: Fraction
    compulsory: Fraction
    represents: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """遺產之分配 All shares, which sum to one, or none; and for everybody else the reason."""

    heirs: Heirs
    shares: tuple[Share, ...]
    excluded: Mapping[str, Line]
    lines: tuple[Line, ...]


def decide(facts: Mapping[str, Any], on: date, numbers: ParameterNode) -> tuple[Answer, Law]:
    """The answer for a file of facts on a day; SituationError names what is wrong with it."""
    situation = Situation.from_json(facts)
    if not known_death(situation):
        missing = (Missing(situation.subject, "died_on"),)
        nothing: dict[str, Any] = {"shares": [], "excluded": []}
        return Answer("open", OPEN, None, result=nothing, missing=missing), Law(numbers, on)
    family, law = opened(situation, on, numbers)
    return answer(family, divide(family, law)), law


def opened(
    situation: Situation, on: date, numbers: ParameterNode, *, begins: str = "spouse.with_parents"
) -> tuple[Family, Law]:
    """The family and the law of the day of death; what was renounced counts as known on `on`.

    `begins` names a number of the law without which nothing can be decided.
    """
    law = Law(numbers, situation.knowledge(situation.subject, "died_on"))  # type: ignore[arg-type]
    if law.on > on:
        raise SituationError(
            f"persons.{situation.subject}.died_on",
            Text(f"晚於 {on.isoformat()}", f"is after {on.isoformat()}"),
            Text("請改以死亡之後的日期詢問", "Ask about a day from the death on"),
        )
    if not law.has(begins):
        raise SituationError(
            f"persons.{situation.subject}.died_on",
            Text("早於本服務所載最早之法規", "is before the first law that this pack holds"),
            Text("請洽承辦人員", "Ask an officer"),
        )
    family = read_family(situation, law.whole("conception.longest_days"))
    return family.as_known_on(on), law


def divide(family: Family, law: Law) -> Division:
    """Every heir's share with its derivation, and why the others inherit nothing."""
    found = heirs(family, law)
    spouse = _spouse_share(found, law)
    shares: dict[str, Share] = {}
    if found.spouse is not None:
        _add(shares, _of_spouse(found, spouse, law))
    for share in _of_relatives(family, found, 1 - spouse, law):
        _add(shares, share)
    ordered = sorted(shares.values(), key=lambda s: (RANK[s.standing], family.seniority(s.person)))
    excluded = {
        key: _why_not(family, key, found, law)
        for key in sorted(family.people, key=family.seniority)
        if key not in shares and key != family.deceased
    }
    return Division(found, tuple(ordered), excluded, tuple(_about(family, found, law)))


def answer(family: Family, division: Division) -> Answer:
    """The division as an answer: due when somebody inherits, else the treasury (civil-1185)."""
    names = {key: person.name for key, person in family.people.items()}
    shares = [
        {
            "person": share.person,
            "name": names[share.person],
            "standing": share.standing,
            "share": share.fraction,
            "compulsory": share.compulsory,
            "represents": list(share.represents),
            "derivation": list(share.lines),
        }
        for share in division.shares
    ]
    excluded = [
        {"person": key, "name": names[key], "reason": why}
        for key, why in division.excluded.items()
    ]
    return Answer(
        status="due" if shares else "not_due",
        reason="heirs_found" if shares else "no_heirs",
        core={s.person: s.fraction for s in division.shares},
        lines=division.lines,
        result={
            "opened_on": family.opened_on.isoformat(),
            "shares": shares,
            "excluded": excluded,
            "tree": drawn(family, {s.person: s.fraction for s in division.shares}),
        },
    )


def _add(shares: dict[str, Share], share: Share) -> None:
    """Who inherits in two ways (by two lines) holds the sum."""
    before = shares.get(share.person)
    if before is not None:
        share = replace(
            before,
            fraction=before.fraction + share.fraction,
            compulsory=before.compulsory + share.compulsory,
            lines=(*before.lines, *share.lines),
        )
    shares[share.person] = share


def _spouse_share(found: Heirs, law: Law) -> Fraction:
    """What the spouse takes (civil-1144): a head among descendants, else a fixed part."""
    if found.spouse is None:
        return Fraction(0)
    if found.standing is None:
        return Fraction(1)
    if found.standing is Standing.DESCENDANT:
        return Fraction(1, _heads(found) + 1)
    return law.fraction(f"spouse.with_{found.standing}s")


def _heads(found: Heirs) -> int:
    """Into how many equal parts the relatives divide: lines, or persons where they share alike."""
    if found.by_head:
        return len({person for stock in found.stocks for person in stock.parts})
    return len(found.stocks)


def _of_spouse(found: Heirs, fraction: Fraction, law: Law) -> Share:
    half = law.fraction("compulsory.spouse")
    if found.standing is None:
        first = line("spouse_alone", "civil-1144", share=fraction)
    elif found.standing is Standing.DESCENDANT:
        first = line("spouse_by_head", "civil-1144", heads=_heads(found) + 1, share=fraction)
    else:
        first = line(f"spouse_with_{found.standing}s", "civil-1144", share=fraction)
    return Share(
        found.spouse or "",
        Standing.SPOUSE,
        fraction,
        fraction * half,
        (),
        (first, _compulsory(half, fraction)),
    )


def _of_relatives(family: Family, found: Heirs, rest: Fraction, law: Law) -> Iterator[Share]:
    if found.standing is None:
        return
    part = law.fraction(f"compulsory.{found.standing}")
    heads = _heads(found)
    counted = heads + 1 if found.spouse is not None and found.degree else heads
    if found.by_head:
        once = {person: via for stock in found.stocks for person, via in stock.via.items()}
        for person, via in once.items():  # by head: once, also who stands in two lines
            first = line(
                "representatives_by_head",
                "civil-1140",
                "moj-2015",
                represented=_names(family, via),
                heads=counted,
                share=rest / heads,
            )
            yield _share(person, found.standing, rest / heads, part, via, (first,))
        return
    for stock in found.stocks:
        lines = (_equal(found, rest / heads, counted),)
        for person, of_line in stock.parts.items():
            via = stock.via[person]
            fraction = rest / heads * of_line
            told = lines
            if stock.represented:
                told = (_represented(family, stock, rest / heads, person, fraction),)
            yield _share(person, found.standing, fraction, part, via, told)


def _share(
    person: str,
    standing: Standing,
    fraction: Fraction,
    part: Fraction,
    via: tuple[str, ...],
    lines: tuple[Line, ...],
) -> Share:
    told = (*lines, _compulsory(part, fraction))
    return Share(person, standing, fraction, fraction * part, via, told)


def _equal(found: Heirs, share: Fraction, heads: int) -> Line:
    if found.standing is Standing.DESCENDANT:
        if found.degree == 1:
            return line("child_by_head", "civil-1138", "civil-1141", heads=heads, share=share)
        cite = ("civil-1176",) if found.stepped_up else ("civil-1139", "moj-10503511540")
        key = "stepped_up_by_head" if found.stepped_up else "next_degree_by_head"
        return line(key, *cite, heads=heads, share=share)
    return line(f"{found.standing}s_by_head", "civil-1138", "civil-1141", heads=heads, share=share)


def _represented(
    family: Family, stock: Stock, share: Fraction, person: str, own: Fraction
) -> Line:
    return line(
        "represents",
        "civil-1140",
        represented=_names(family, stock.via[person]),
        line_share=share,
        takers=len(stock.parts),
        share=own,
    )


def _compulsory(part: Fraction, fraction: Fraction) -> Line:
    return line("compulsory", "civil-1223", part=part, share=fraction * part)


def _names(family: Family, keys: tuple[str, ...]) -> Text:
    texts = [family.people[key].name for key in keys]
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def _about(family: Family, found: Heirs, law: Law) -> Iterator[Line]:
    """What is said of the case as a whole, before the shares."""
    opened = family.opened_on.isoformat()
    yield line("opened", "civil-1147", name=family.people[family.deceased].name, on=opened)
    if found.standing is None and found.spouse is None:
        yield line("escheat", "civil-1185")
    if any(family.presence(key) is Presence.UNBORN for key in family.unborn):
        yield line("unborn_reserved", "civil-7", "civil-1166")
    heirs_now = {found.spouse, *(p for stock in found.stocks for p in stock.parts)}
    for key in sorted(family.people, key=family.seniority):
        if key in heirs_now and family.died_since(key):
            yield line("died_since", "civil-1147", name=family.people[key].name)


def _why_not(family: Family, key: str, found: Heirs, law: Law) -> Line:
    """Why a listed person inherits nothing."""
    name = family.people[key].name
    own = right(family, key, law)
    presence = family.presence(key)
    if not (key == family.spouse() or family.is_of_an_order(key)):
        adopted = family.people[key].adopted or family.people[family.deceased].adopted
        return line("not_related", "civil-1138", *(("civil-1077",) if adopted else ()), name=name)
    if own is Right.RENOUNCED:
        return line("renounced", "civil-1174", "civil-1175", name=name)
    if own is Right.ABSENT:
        return line("not_conceived", "civil-7", "civil-1062", name=name)
    if presence is Presence.TOGETHER:
        return line("died_together", "civil-11", name=name)
    if presence is Presence.PREDECEASED:
        return line("predeceased", "civil-6", name=name)
    if own is Right.GONE:
        return line("disqualified", "civil-1145", name=name)
    if found.standing is Standing.DESCENDANT and family.descends(key):
        return line("farther_degree", "civil-1139", name=name)
    return line("later_order", "civil-1138", name=name)
