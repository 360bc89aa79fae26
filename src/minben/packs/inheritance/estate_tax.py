# 遺產稅 Estate tax by the day of death
"""`inheritance.estate_tax`: gross estate, exemption, deductions, net estate, tax; line by line.

All amounts are whole NTD. Where the tax office's trial computation is not for this case, the
answer still stands, and says why an officer must confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from minben.facts.situation import Situation
from minben.law.parameter_tree import ParameterNode
from minben.packs.case_law import OPEN, Answer, Law, Line, Missing, line
from minben.packs.inheritance import counted, shares
from minben.packs.inheritance.deductions import for_persons, months_later
from minben.packs.inheritance.estate import ESTATE, Estate, read_estate
from minben.packs.inheritance.family import Family, known_death
from minben.packs.inheritance.heirs import heirs
from minben.packs.inheritance.trial import Filed, officer_reasons

READS: Final = (
    *shares.READS, "is_national", "severely_disabled", "supported_by_decedent",
    "cannot_support_self",
)  # fmt: skip
BESIDES: Final[Mapping[str, Any]] = {
    "estate": {"type": "object", "properties": ESTATE, "additionalProperties": False}
}
_MONEY: Final = {"type": ["integer", "null"], "minimum": 0, "description": "NTD"}
_DAY: Final = {"type": ["string", "null"], "format": "date"}
GIVES: Final[Mapping[str, Any]] = {
    "amount": _MONEY,
    "gross": _MONEY,
    "net": _MONEY,
    "taxed_on": {"enum": ["everywhere", "country", None]},
    "handled_by": {"enum": ["trial", "officer", None]},
    "officer_reasons": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "file_by": _DAY,
    "extended_until": _DAY,
}


def decide(facts: Mapping[str, Any], on: date, numbers: ParameterNode) -> tuple[Answer, Law]:
    """The answer for a file of facts on a day; SituationError names what is wrong with it."""
    situation = Situation.from_json(facts)
    estate = read_estate(facts.get("estate"), situation.facts)
    if not known_death(situation):
        return _open([Missing(situation.subject, "died_on")]), Law(numbers, on)
    family, law = shares.opened(situation, on, numbers, begins="exemption.amount")
    is_national = situation.knowledge(family.deceased, "is_national")
    missing = []
    if not isinstance(is_national, bool):
        missing.append(Missing(family.deceased, "is_national"))
    if estate.assets is None:
        missing.append(Missing(None, "estate.assets"))
    if is_national is True and not estate.domiciled and estate.days_in_country is None:
        asked = "estate.domiciled" if estate.domiciled is None else "estate.days_in_country"
        missing.append(Missing(None, asked))
    if missing:
        return _open(missing), law
    return _assessed(family, estate, bool(is_national), on, law), law


def _assessed(family: Family, estate: Estate, is_national: bool, on: date, law: Law) -> Answer:
    found = heirs(family, law)
    where = _residence(estate, is_national, law)
    everywhere = where.key != "taxed_in_country"
    items = list(counted.assets(estate, everywhere, law))
    gifts = list(counted.gifts(family, estate, law))
    gross = _sum([*items, *gifts])
    persons = for_persons(family, found, law) if everywhere else None
    deducted = [
        _exemption(estate, law),
        *(persons.lines if persons else ()),
        *counted.deductions(family, estate, everywhere, law),
    ]
    net = max(gross + _sum(deducted), 0)
    tax = law.tax("brackets", net)
    if persons and persons.missing and tax > 0:
        return _open(persons.missing)
    lines = [
        where,
        *items,
        *gifts,
        line("gross", "estate-act-14", total=gross),
        *deducted,
        line("net", "estate-act-13", total=net),
        line("tax", "estate-act-13", total=tax),
        *counted.credit(estate, gifts, net, tax, law),
    ]
    tax += sum(one.amount or 0 for one in lines if one.key == "gift_tax_credited")
    until = months_later(family.opened_on, law.whole("filing.months"))
    reasons = list(officer_reasons(Filed(family, estate, where.key, gross, on, until), law))
    by = "officer" if reasons else "trial"
    extended = months_later(until, law.whole("filing.extension_months"))
    return Answer(
        status="due" if tax else "not_due",
        reason="tax_due" if tax else "no_tax",
        core={"amount": tax, "gross": gross, "net": net, "handled_by": by},
        lines=tuple(lines),
        result={
            "amount": tax,
            "gross": gross,
            "net": net,
            "taxed_on": "everywhere" if everywhere else "country",
            "handled_by": by,
            "officer_reasons": reasons,
            "file_by": until.isoformat(),
            "extended_until": extended.isoformat(),
        },
    )


def _open(missing: Iterator[Missing] | list[Missing] | tuple[Missing, ...]) -> Answer:
    nothing: dict[str, Any] = {"officer_reasons": []}
    return Answer("open", OPEN, None, result=nothing, missing=tuple(missing))


def _residence(estate: Estate, is_national: bool, law: Law) -> Line:
    """On what the deceased is taxed: property everywhere, or in the country only (art. 1 to 4)."""
    if not is_national:
        lost = estate.nationality_lost_on
        if lost is not None and lost >= counted.years_before(law, "residence.nationality_years"):
            return line("taxed_as_national", "estate-act-3-1")
        return line("taxed_in_country", "estate-act-1")
    if estate.domiciled:
        return line("taxed_everywhere_domiciled", "estate-act-1", "estate-act-4")
    stayed = (estate.days_in_country or 0) > law.whole("residence.days_more_than")
    if stayed and not estate.invited:
        return line("taxed_everywhere_stayed", "estate-act-1", "estate-act-4")
    return line("taxed_in_country", "estate-act-1", "estate-act-4")


def _exemption(estate: Estate, law: Law) -> Line:
    amount = law.whole("exemption.amount")
    if estate.died_on_duty:
        amount *= law.whole("exemption.on_duty_times")
        return line("exemption_doubled", "estate-act-18", amount=-amount)
    return line("exemption", "estate-act-18", amount=-amount)


def _sum(lines: list[Line]) -> int:
    return sum(one.amount or 0 for one in lines)
