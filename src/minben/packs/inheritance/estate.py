# 遺產 What somebody left, as the registers and the heirs say
"""The estate of one file of facts: assets, gifts, debts, and where the deceased lived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from minben.base.text import Text
from minben.facts.reading import SituationError

KINDS: Final = (
    "land", "house", "vehicle", "deposit", "cash", "listed_shares", "unlisted_shares", "fund",
    "insurance", "claim", "farmland", "public_road", "donation", "household_goods", "work_tools",
    "other",
)  # fmt: skip
MOST_MONEY: Final = 10**15  # NTD: more is a mistake in the file

_MONEY: Final = {"type": "integer", "minimum": 0, "maximum": MOST_MONEY, "description": "NTD"}
_YES: Final = {"type": "boolean"}
_DAY: Final = {"type": ["string", "null"], "format": "date", "description": "YYYY-MM-DD"}
_KEY: Final = {"type": "string", "description": "Key of a person listed"}

ASSET: Final = {
    "kind": {"enum": list(KINDS)},
    "value": _MONEY,
    "abroad": _YES,  # 境外
    "inherited_on": _DAY,  # inherited then, and estate tax was paid
    "named_beneficiary": _YES,  # of insurance
    "farming_continues": _YES,  # of farmland
}
GIFT: Final = {"to": _KEY, "on": _DAY, "value": _MONEY, "gift_tax": _MONEY}
MARITAL: Final = {"claimed": _YES, "decedent": _MONEY, "spouse": _MONEY}
ESTATE: Final = {
    "assets": {"type": "array", "items": {"type": "object", "properties": ASSET}},
    "gifts": {"type": "array", "items": {"type": "object", "properties": GIFT}},
    "taxes_owed": _MONEY,
    "debts": _MONEY,
    "administration": _MONEY,
    "marital_property": {"type": "object", "properties": MARITAL},
    "domiciled": _YES,
    "days_in_country": {"type": "integer", "minimum": 0, "maximum": 800},
    "invited": _YES,
    "nationality_lost_on": _DAY,
    "died_on_duty": _YES,
    "applicant": _KEY,
}


@dataclass(frozen=True, slots=True)
class Asset:
    """遺產項目 One thing left: its kind, its value on the day of death by art. 10, where it is."""

    kind: str
    value: int
    abroad: bool = False
    inherited_on: date | None = None
    named_beneficiary: bool = False
    farming_continues: bool = False


@dataclass(frozen=True, slots=True)
class Gift:
    """生前贈與 A gift of the deceased: to whom, when, its value, the gift tax that was paid."""

    to: str
    on: date
    value: int
    gift_tax: int = 0


@dataclass(frozen=True, slots=True)
class Marital:
    """婚後財產 Property acquired in marriage, less debts, of each; and whether half the difference
    is claimed."""

    claimed: bool = False
    decedent: int = 0
    spouse: int = 0


@dataclass(frozen=True, slots=True)
class Estate:
    """遺產 Everything that the file says besides the family. None: not known."""

    assets: tuple[Asset, ...] | None
    gifts: tuple[Gift, ...] = ()
    taxes_owed: int = 0
    debts: int = 0
    administration: int = 0
    marital_property: Marital = field(default_factory=Marital)
    domiciled: bool | None = None
    days_in_country: int | None = None
    invited: bool = False
    nationality_lost_on: date | None = None
    died_on_duty: bool = False
    applicant: str | None = None


def read_estate(written: Any, persons: Mapping[str, object]) -> Estate:
    """The estate of a file of facts; SituationError names field, mistake and mend."""
    known = _read("estate", {} if written is None else written, ESTATE, persons)
    known["assets"] = _items("assets", known.get("assets"), ASSET, Asset, persons)
    known["gifts"] = _items("gifts", known.get("gifts", []), GIFT, Gift, persons)
    marital = _read("estate.marital_property", known.get("marital_property", {}), MARITAL, persons)
    return Estate(**{**known, "marital_property": Marital(**marital)})


def _items(
    name: str, written: Any, form: Mapping[str, Any], kind: Any, persons: Mapping[str, object]
) -> Any:
    if written is None:
        return None
    found = []
    for place, one in enumerate(written):
        where = f"estate.{name}[{place}]"
        known = _read(where, one, form, persons)
        for key in ("kind", "value") if kind is Asset else ("to", "on", "value"):
            if key not in known:
                raise _wrong(f"{where}.{key}", Text("缺少", "is missing"), form[key])
        found.append(kind(**known))
    return tuple(found)


def _read(
    where: str, written: Any, form: Mapping[str, Any], persons: Mapping[str, object]
) -> dict[str, Any]:
    """An object of the form, days read; null says nothing."""
    if not isinstance(written, Mapping):
        raise _wrong(where, Text("應為物件", "should be an object"), {"properties": form})
    found = {}
    for key, value in written.items():
        if key not in form:
            raise _wrong(f"{where}.{key}", Text("無此欄位", "is not known"), {"properties": form})
        if value is not None:
            found[key] = _value(f"{where}.{key}", value, form[key], persons)
    return found


def _value(where: str, value: Any, form: Mapping[str, Any], persons: Mapping[str, object]) -> Any:
    kind = form.get("type")
    if form is _DAY:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _wrong(where, Text("不是日期", "is no day"), form) from None
    good = {
        "integer": isinstance(value, int)
        and not isinstance(value, bool)
        and 0 <= value <= form.get("maximum", 0),
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, Mapping),
        "string": isinstance(value, str) and value in persons,
        None: isinstance(value, str) and value in form.get("enum", ()),
    }
    if not good[kind]:
        raise _wrong(where, Text("值不適用", "is no value of this kind"), form)
    return value


def _wrong(where: str, mistake: Text, form: Mapping[str, Any]) -> SituationError:
    kind: Literal["properties", "enum"] = "properties" if "properties" in form else "enum"
    allowed = ", ".join(form.get(kind, ())) or str(form.get("description") or form.get("type"))
    return SituationError(where, mistake, Text(f"請填：{allowed}", f"Give: {allowed}"))
