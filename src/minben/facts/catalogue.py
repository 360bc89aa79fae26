"""Each fact once: its words, kind, provider data set, and how careful to be with it.

Data sets are named `agency/subsystem/dataset/vN`. A new fact is one entry here and one attribute
of `Person`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from minben.base.text import Text
from minben.facts.words import Care, IncomeClass, Kindergarten, Sensitivity, Sex, Source
from minben.law.domain import Value
from minben.law.vocabulary import (
    Children,
    FactType,
    Impossible,
    Parents,
    Relation,
    Siblings,
    Vocabulary,
)

HOUSEHOLD: Final = "household-registration/register/person/v1"
TAX: Final = "tax/income/rate/v1"
LEAVE: Final = "labour-insurance/benefits/parental-leave/v1"
ASSISTANCE: Final = "social-affairs/assistance/class/v1"
CHILDCARE: Final = "childcare/enrolment/place/v1"
BANK: Final = "bank/accounts/ownership/v1"
COURT: Final = "judiciary/family/succession/v1"
DISABILITY: Final = "social-affairs/disability/card/v1"
CASE: Final = "case"  # arises in the case itself; nobody is asked


@dataclass(frozen=True)
class Fact:
    """事實 One thing that can be known of a person.

    `period` is "eternal" (birth date), "year", or "spell" (dated values, read per month).
    `column` is the provider's column. `mandate` facts may be read under the pack's statute.
    `predicate_only`: nobody but the provider ever sees the value.
    """

    key: str
    name: Text
    type: FactType
    period: str
    data_set: str
    column: str
    sensitivity: Sensitivity
    source: Source
    unit: Text | None = None
    value_names: tuple[tuple[str, Text], ...] = ()
    predicate_only: bool = False

    def named(self, value: Value) -> Text:
        """A value in words."""
        if isinstance(value, bool):
            return Text("是", "yes") if value else Text("否", "no")
        for key, text in self.value_names:
            if key == value:
                return text
        unit = self.unit or Text("\u200b", "\u200b")
        return Text(f"{value}{unit.zh}".strip("\u200b"), f"{value}{unit.en}".strip("\u200b"))


def _fact(
    key: str,
    zh: str,
    en: str,
    kind: str,
    data_set: str,
    *,
    values: Mapping[Any, tuple[str, str]] | None = None,
    low: int | None = None,
    high: int | None = None,
    spell: bool = False,
    default: Value | None = None,
    assumed: Value | None = None,
    period: str = "eternal",
    sensitivity: Sensitivity = Sensitivity.ORDINARY,
    source: Source = Source.PROVIDER,
    unit: tuple[str, str] | None = None,
    predicate_only: bool = False,
) -> Fact:
    names = tuple((str(k), Text(*words)) for k, words in (values or {}).items())
    kept = tuple(k for k, _ in names) if values else None
    return Fact(
        key,
        Text(zh, en),
        FactType(key, kind, kept, low, high, spell, default, assumed),
        "spell" if spell else period,
        data_set,
        key,
        sensitivity,
        source,
        None if unit is None else Text(*unit),
        names,
        predicate_only,
    )


_CARE = {
    Care.NONE: ("未送托", "no childcare"),
    Care.PUBLIC: ("公共化托育", "public childcare"),
    Care.QUASI_PUBLIC: ("準公共托育", "quasi-public childcare"),
    Care.PRIVATE: ("一般私立托育", "private childcare"),
}
_KINDERGARTEN = {
    Kindergarten.NONE: ("未就讀", "no kindergarten"),
    Kindergarten.PUBLIC: ("公立幼兒園", "public kindergarten"),
    Kindergarten.NON_PROFIT: ("非營利幼兒園", "non-profit kindergarten"),
    Kindergarten.QUASI_PUBLIC: ("準公共幼兒園", "quasi-public kindergarten"),
    Kindergarten.PRIVATE: ("一般私立幼兒園", "private kindergarten"),
}
_INCOME = {
    IncomeClass.GENERAL: ("一般戶", "general"),
    IncomeClass.MID_LOW: ("中低收入戶", "mid-low income"),
    IncomeClass.LOW: ("低收入戶", "low income"),
}
_SEX = {Sex.FEMALE: ("女", "female"), Sex.MALE: ("男", "male")}
_SENSITIVE = Sensitivity.SENSITIVE
_MANDATE = Source.MANDATE

_DECLARED = (
    _fact("birth_date", "出生日期", "date of birth", "date", HOUSEHOLD, source=_MANDATE),
    _fact(
        "birth_sequence", "同胎出生次序", "order within a multiple birth", "int", HOUSEHOLD,
        low=1, high=9, source=_MANDATE,
    ),
    _fact("sex", "性別", "sex", "text", HOUSEHOLD, values=_SEX),
    _fact("is_national", "具我國國籍", "is a national", "bool", HOUSEHOLD, source=_MANDATE),
    _fact(
        "registered_on", "出生或初設戶籍登記日", "date of first registration", "date", HOUSEHOLD,
        source=_MANDATE,
    ),
    _fact("died_on", "死亡日期", "date of death", "date", HOUSEHOLD, source=_MANDATE,
          assumed=date.max),
    _fact("mother", "母", "mother", "person", HOUSEHOLD, source=_MANDATE, sensitivity=_SENSITIVE),
    _fact("father", "父", "father", "person", HOUSEHOLD, source=_MANDATE, sensitivity=_SENSITIVE),
    _fact("adoptive_mother", "養母", "adoptive mother", "person", HOUSEHOLD, source=_MANDATE,
          sensitivity=_SENSITIVE),
    _fact("adoptive_father", "養父", "adoptive father", "person", HOUSEHOLD, source=_MANDATE,
          sensitivity=_SENSITIVE),
    _fact("name", "姓名", "name", "text", HOUSEHOLD, source=_MANDATE),
    _fact("children", "子女", "children", "persons", HOUSEHOLD, source=_MANDATE,
          sensitivity=_SENSITIVE),
    _fact("spouse", "配偶", "spouse", "person", HOUSEHOLD, sensitivity=_SENSITIVE),
    _fact("household", "戶號", "household", "text", HOUSEHOLD),
    _fact("township", "戶籍地鄉鎮市區", "township of registration", "text", HOUSEHOLD,
          source=_MANDATE),
    _fact(
        "tax_rate", "綜合所得稅適用稅率", "income tax rate", "int", TAX, low=0, high=100,
        period="year", unit=("%", " %"), sensitivity=_SENSITIVE,
    ),
    _fact(
        "parental_leave_benefit", "領有育嬰留職停薪津貼", "draws parental-leave benefit", "bool",
        LEAVE, spell=True, default=False, sensitivity=_SENSITIVE,
    ),
    _fact(
        "income_class", "社會救助身分", "social-assistance class", "text", ASSISTANCE,
        values=_INCOME, spell=True, default="general", source=_MANDATE, sensitivity=_SENSITIVE,
    ),
    _fact(
        "disadvantaged", "弱勢家庭", "disadvantaged family", "bool", ASSISTANCE,
        source=_MANDATE, sensitivity=_SENSITIVE,
    ),
    _fact(
        "in_state_placement", "公費安置收容", "in state-paid placement", "bool", ASSISTANCE,
        source=_MANDATE, sensitivity=_SENSITIVE,
    ),
    _fact(
        "care", "托育安置", "childcare", "text", CHILDCARE, values=_CARE, spell=True,
        default="none",
    ),
    _fact(
        "weekly_care_hours", "每週托育時數", "weekly hours of childcare", "int", CHILDCARE,
        low=0, high=168, unit=("小時", " h"),
    ),
    _fact(
        "kindergarten", "就讀幼兒園", "kindergarten", "text", CHILDCARE, values=_KINDERGARTEN,
        spell=True, default="none",
    ),
    _fact(
        "kindergarten_fee", "幼兒園每月收費", "monthly kindergarten fee", "int", CHILDCARE,
        low=0, high=100_000, unit=("元", " NTD"),
    ),
    _fact(
        "owns_account", "本人帳戶", "owns the account", "text", BANK, sensitivity=_SENSITIVE,
        predicate_only=True,
    ),
    _fact(
        "benefit_account", "領取給付之帳戶", "account on record for benefits", "text", ASSISTANCE,
        sensitivity=_SENSITIVE,
    ),
    _fact(
        "applied_on", "申請日", "date of application", "date", CASE, source=Source.CASE,
        assumed=date.min,
    ),
    _fact(
        "renounced_on", "拋棄繼承日", "date of renouncing the succession", "date", COURT,
        assumed=date.max, sensitivity=_SENSITIVE,
    ),
    _fact(
        "disqualified", "喪失繼承權", "lost the right to inherit", "bool", COURT,
        sensitivity=_SENSITIVE,
    ),
    _fact(
        "survived_decedent", "同日死亡而確知後於被繼承人死亡",
        "died on the same day, but surely after the decedent", "bool", CASE, source=Source.CASE,
    ),
    _fact(
        "severely_disabled", "重度以上身心障礙", "severely or profoundly disabled", "bool",
        DISABILITY, sensitivity=Sensitivity.SPECIAL,
    ),
    _fact(
        "supported_by_decedent", "受被繼承人扶養", "was supported by the decedent", "bool", CASE,
        source=Source.DECLARED, sensitivity=_SENSITIVE,
    ),
    _fact(
        "cannot_support_self", "在學、身心障礙或無謀生能力",
        "at school, disabled or unable to earn a living", "bool", CASE, source=Source.DECLARED,
        sensitivity=_SENSITIVE,
    ),
)  # fmt: skip

FACTS: Final[dict[str, Fact]] = {fact.key: fact for fact in _DECLARED}

IMPOSSIBLE: Final[tuple[Impossible, ...]] = ()

RELATIONS: Final[dict[str, Relation]] = {
    "parents": Parents(("mother", "father")),
    "mother_children": Siblings("mother"),
    "father_children": Siblings("father"),
    "children": Children(("mother", "father")),
}

VOCABULARY: Final = Vocabulary(
    {key: fact.type for key, fact in FACTS.items() if key not in RELATIONS and key != "name"},
    RELATIONS,
    IMPOSSIBLE,
)
