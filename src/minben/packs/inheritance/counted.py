# 遺產總額 What counts, what does not, and what is deducted besides persons
"""Assets and gifts that count, debts and shares of the spouse that are taken off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from minben.packs.case_law import Law, Line, line
from minben.packs.inheritance.deductions import years_later
from minben.packs.inheritance.estate import Asset, Estate, Gift
from minben.packs.inheritance.family import Family, Presence

NEVER_COUNTED: Final = ("public_road", "donation")  # art. 16 items 12; 1 to 3
UP_TO: Final = ("household_goods", "work_tools")  # counted only above a ceiling


def years_before(law: Law, path: str) -> date:
    """The day so many years before the death."""
    return years_later(law.on, -law.whole(path))


def assets(estate: Estate, everywhere: bool, law: Law) -> Iterator[Line]:
    """One line for each asset: what of it counts (art. 1, 14, 16)."""
    left: dict[str, int] = {}
    for asset in estate.assets or ():
        if asset.abroad and not everywhere:
            yield line("abroad_not_counted", "estate-act-1", kind=asset.kind)
        elif asset.kind in NEVER_COUNTED:
            yield line("not_counted", "estate-act-16", kind=asset.kind)
        elif asset.named_beneficiary and asset.kind == "insurance":
            yield line("insurance_not_counted", "estate-act-16")
        elif _inherited_within(asset, law, "inherited.not_counted_years"):
            yield line("inherited_not_counted", "estate-act-16", kind=asset.kind)
        elif asset.kind in UP_TO:
            most = left.setdefault(asset.kind, law.whole(f"exclusions.{asset.kind}"))
            free = min(most, asset.value)
            left[asset.kind] = most - free
            yield line(
                "counted_above",
                "estate-act-16",
                amount=asset.value - free,
                kind=asset.kind,
                free=free,
            )
        else:
            yield line("counted", "estate-act-14", amount=asset.value, kind=asset.kind)


def gifts(family: Family, estate: Estate, law: Law) -> Iterator[Line]:
    """Gifts of the last two years to the spouse, relatives of the orders, and their spouses."""
    since = years_before(law, "gifts.years")
    for gift in sorted(estate.gifts, key=lambda g: (g.on, g.to, g.value)):
        name = family.people[gift.to].name
        if gift.on < since or gift.on > law.on:
            yield line("gift_outside_years", "estate-act-15", name=name)
        elif gift.to == family.spouse():
            if law.yes("gifts.to_spouse_counted"):
                yield line("gift_counted", "estate-act-15", amount=gift.value, name=name)
            else:
                yield line("gift_to_spouse_not_counted", "judgment-113-11", name=name)
        elif _of_the_family(family, gift):
            yield line("gift_counted", "estate-act-15", amount=gift.value, name=name)
        else:
            yield line("gift_to_others", "estate-act-15", name=name)


def deductions(family: Family, estate: Estate, everywhere: bool, law: Law) -> Iterator[Line]:
    """Items 6 to 11 of art. 17 and the spouse's claim; outside the country's residents 8 to 11."""
    if everywhere:
        for asset in estate.assets or ():
            yield from _of_asset(asset, law)
    for told in ("taxes_owed", "debts", "administration"):
        amount = getattr(estate, told)
        if amount:
            yield line(f"deduct_{told}", "estate-act-17", amount=-amount)
    yield line("deduct_funeral", "estate-act-17", amount=-law.whole("deductions.funeral"))
    marital, spouse = estate.marital_property, family.spouse()
    if marital.claimed and spouse is not None and family.presence(spouse) is Presence.ALIVE:
        claim = max(marital.decedent - marital.spouse, 0) // law.whole("spouse_claim.divisor")
        yield line("deduct_spouse_claim", "estate-act-17-1", "civil-1030-1", amount=-claim)


def credit(estate: Estate, counted: list[Line], net: int, tax: int, law: Law) -> Iterator[Line]:
    """Gift tax paid on gifts that count, at most the tax that they add (art. 11 para. 2)."""
    value = sum(one.amount or 0 for one in counted)
    paid = sum(gift.gift_tax for gift in estate.gifts)
    if paid and value:
        added = tax - law.tax("brackets", max(net - value, 0))
        yield line("gift_tax_credited", "estate-act-11", amount=-min(paid, added))


def _of_asset(asset: Asset, law: Law) -> Iterator[Line]:
    if asset.kind == "farmland" and asset.farming_continues:
        yield line("deduct_farmland", "estate-act-17", amount=-asset.value)
    elif asset.inherited_on is not None:
        for year in law.words("inherited.deducted_years"):
            earliest = years_later(law.on, -int(year))
            if years_later(earliest, 1) > asset.inherited_on >= earliest:
                rate = law.whole(f"inherited.percent.{year}")
                amount = asset.value * rate // 100
                yield line(
                    "deduct_inherited", "estate-act-17", amount=-amount, kind=asset.kind, rate=rate
                )


def _inherited_within(asset: Asset, law: Law, path: str) -> bool:
    return asset.inherited_on is not None and asset.inherited_on >= years_before(law, path)


def _of_the_family(family: Family, gift: Gift) -> bool:
    """Whether the receiver is of one of the orders, or married to somebody who is."""
    spouse = family.people[gift.to].spouse
    return family.is_of_an_order(gift.to) or (
        spouse is not None and spouse != family.deceased and family.is_of_an_order(spouse)
    )
