"""The values that facts of kind text can have."""

from enum import StrEnum


class Care(StrEnum):
    """托育安置 Where a child under three is cared for (托育服務)."""

    NONE = "none"  # at home, by family
    PUBLIC = "public"  # 公共化托育
    QUASI_PUBLIC = "quasi_public"  # 準公共托育
    PRIVATE = "private"  # 未簽約之托嬰中心或保母


class Kindergarten(StrEnum):
    """就讀幼兒園 Which kind of kindergarten a child attends."""

    NONE = "none"
    PUBLIC = "public"  # 公立
    NON_PROFIT = "non_profit"  # 非營利
    QUASI_PUBLIC = "quasi_public"  # 準公共
    PRIVATE = "private"  # 一般私立


class IncomeClass(StrEnum):
    """社會救助身分 The household's class under 社會救助法 (L:D0050078)."""

    GENERAL = "general"  # 一般戶
    MID_LOW = "mid_low"  # 中低收入戶
    LOW = "low"  # 低收入戶


class Sex(StrEnum):
    """性別 As registered."""

    FEMALE = "female"
    MALE = "male"


class Sensitivity(StrEnum):
    """敏感度 How careful a page must be with a fact."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"  # income, family ties
    SPECIAL = "special"  # 特種個資, 個人資料保護法 art. 6: health, criminal record …


class Source(StrEnum):
    """來源 Where a fact may come from."""

    PROVIDER = "provider"  # asked of the agency, under an agreement
    MANDATE = "mandate"  # a statute lets it be read without asking
    DECLARED = "declared"  # said by the person
    CASE = "case"  # arises in the case itself
