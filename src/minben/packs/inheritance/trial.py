# 稅額試算 When the tax office computes by itself, and when an officer must
"""The trial computation of the tax office: for simple estates of resident citizens.

Every reason against it is a line; without one, a spouse or child only confirms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minben.packs.case_law import Law, Line, line
from minben.packs.inheritance.estate import Estate
from minben.packs.inheritance.family import Family
from minben.packs.inheritance.heirs import Right, right


@dataclass(frozen=True, slots=True)
class Filed:
    """申報情形 The case as it lies before the tax office on a day."""

    family: Family
    estate: Estate
    residence: str  # key of the line that says on what the deceased is taxed
    gross: int
    on: date
    file_by: date


def officer_reasons(case: Filed, law: Law) -> Iterator[Line]:
    """Why the case is not for a trial computation; nothing when it is."""
    if not law.has("trial.ceiling"):
        yield line("officer_not_begun", "trial-rules")
        return
    yield from _of_the_case(case, law)
    yield from _of_the_property(case.estate, law)
    if any(use.alternatives for use in law.uses.values()):
        yield line("officer_disputed", "trial-rules")


def _of_the_case(case: Filed, law: Law) -> Iterator[Line]:
    if case.residence in ("taxed_in_country", "taxed_as_national"):
        yield line("officer_residence", "trial-rules")
    if case.gross > law.whole("trial.ceiling"):
        yield line("officer_above_ceiling", "trial-rules", most=law.whole("trial.ceiling"))
    if case.on > case.file_by:
        yield line("officer_late", "trial-rules", until=case.file_by.isoformat())
    if not any(_may_apply(case.family, key, law) for key in _applicants(case)):
        yield line("officer_applicant", "trial-rules")
    if case.estate.died_on_duty:
        yield line("officer_on_duty", "estate-act-18")
    if any(case.family.unborn):
        yield line("officer_unborn", "civil-7")


def _of_the_property(estate: Estate, law: Law) -> Iterator[Line]:
    assets, simple = estate.assets or (), law.words("trial.kinds")
    for kind in dict.fromkeys(a.kind for a in assets if a.kind not in simple):
        yield line("officer_kind", "trial-rules", kind=kind)
    if any(a.abroad or a.inherited_on for a in assets):
        yield line("officer_asset", "trial-rules")
    if estate.gifts:
        yield line("officer_gifts", "trial-rules", "estate-act-15")
    if any(gift.gift_tax for gift in estate.gifts):
        yield line("officer_interest", "estate-act-11")
    if estate.taxes_owed or estate.debts or estate.administration:
        yield line("officer_debts", "trial-rules")
    if estate.marital_property.claimed:
        yield line("officer_spouse_claim", "estate-act-17-1")


def _applicants(case: Filed) -> tuple[str, ...]:
    if case.estate.applicant is not None:
        return (case.estate.applicant,)
    return tuple(case.family.people)


def _may_apply(family: Family, key: str, law: Law) -> bool:
    """Spouse or child of the deceased who has not renounced."""
    near = key == family.spouse() or key in family.children(family.deceased)
    return near and right(family, key, law) is Right.TAKES
