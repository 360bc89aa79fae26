"""Numbers that the state gives to people and companies, and how to tell a true one.

Rules and dates: 姓名條例 and 國民身分證格式 (L:D0030030 art. 3), the Immigration Agency's notice
on the 2021 format, and the Ministry of Finance's notice of 2023 on tax IDs.
"""

import re
from datetime import date

# fmt: off
_LETTERS = {
    "A": 10, "B": 11, "C": 12, "D": 13, "E": 14, "F": 15, "G": 16, "H": 17, "I": 34, "J": 18,
    "K": 19, "L": 20, "M": 21, "N": 22, "O": 35, "P": 23, "Q": 24, "R": 25, "S": 26, "T": 27,
    "U": 28, "V": 29, "W": 32, "X": 30, "Y": 31, "Z": 33,
}
# fmt: on
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_TAX_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
RESIDENT_NUMBERS_RENEWED_ON = date(2021, 1, 2)
OLD_RESIDENT_NUMBERS_UNTIL = date(2030, 12, 31)
TAX_IDS_WIDENED_ON = date(2023, 4, 1)


def is_national_id(number: str) -> bool:
    """Whether this is a well-formed 國民身分證統一編號: letter, sex 1 or 2, check digit."""
    return bool(re.fullmatch(r"[A-Z][12][0-9]{8}", number)) and _sum(number, number[1]) % 10 == 0


def is_resident_number(number: str, *, on: date) -> bool:
    """Whether this is a 外來人口統一證號 accepted on a day.

    The new form (second character 8 or 9) since 2021-01-02; the old one (A–D) until 2030-12-31,
    its letter counting with the units digit of its value.
    """
    if re.fullmatch(r"[A-Z][89][0-9]{8}", number):
        return on >= RESIDENT_NUMBERS_RENEWED_ON and _sum(number, number[1]) % 10 == 0
    if re.fullmatch(r"[A-Z][A-D][0-9]{8}", number):
        units = str(_LETTERS[number[1]] % 10)
        return on <= OLD_RESIDENT_NUMBERS_UNTIL and _sum(number, units) % 10 == 0
    return False


def is_tax_id(number: str, *, on: date) -> bool:
    """Whether this is a 統一編號 under the rule of a day: divisible by 10, by 5 from 2023-04-01.

    A seventh digit of 7 gives 28 → 10, which counts as 1 or as 0.
    """
    if not re.fullmatch(r"[0-9]{8}", number):
        return False
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(number, _TAX_WEIGHTS, strict=True))
    divisor = 5 if on >= TAX_IDS_WIDENED_ON else 10
    return total % divisor == 0 or (number[6] == "7" and (total + 1) % divisor == 0)


def national_id(*, letter: str, sex: int, serial: int) -> str:
    """The valid national ID with this letter, sex (1 male, 2 female) and 7-digit serial."""
    body = f"{letter}{sex}{serial:07d}"
    return body + str(-_sum(body + "0", str(sex)) % 10)


def mask(number: str) -> str:
    """`L2••••••89`: enough to recognise one's own, not enough to use."""
    return number[:2] + "•" * max(0, len(number) - 4) + number[-2:]


def _sum(number: str, second: str) -> int:
    digits = f"{_LETTERS[number[0]]}{second}{number[2:]}"
    return sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
