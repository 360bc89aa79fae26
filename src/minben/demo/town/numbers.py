"""Numbers of people who do not exist: valid, unique, and on letters no longer issued.

L (臺中縣), R (臺南縣), S (高雄縣) and Y (陽明山) stay valid but are issued to nobody, so no number
of the town can belong to a living person. 40 million serials, less one range kept for the
named residents of the demo.
"""

from __future__ import annotations

from minben.base.identifiers import national_id

LETTERS = "LRSY"
# two digits of each letter, as 1·tens + 9·units: what the letter adds to the weighted sum
_ADDS = (2 + 9 * 0, 2 + 9 * 5, 2 + 9 * 6, 3 + 9 * 1)
_SERIALS = 10_000_000
KEPT_FROM = 9_999_000  # serials of letter Y from here are the named residents'
CAPACITY = len(LETTERS) * _SERIALS - (_SERIALS - KEPT_FROM)
_STRIDE = 15_485_863  # a prime that does not divide CAPACITY: scatters without collision


def place(identifier: int) -> int:
    """Where a person's number lies among all numbers; one to one below CAPACITY."""
    return (identifier * _STRIDE) % CAPACITY


def number(identifier: int, *, sex: int, national: bool = True) -> str:
    """The number of the town's n-th person; sex 1 male, 2 female; foreigners have 8 and 9."""
    letter, serial = divmod(place(identifier), _SERIALS)
    if national:
        return national_id(letter=LETTERS[letter], sex=sex, serial=serial)
    return national_id(letter=LETTERS[letter], sex=sex + 7, serial=serial)


def kept_number(place_in_range: int, *, sex: int) -> str:
    """The number of a named resident: letter Y, serials from 9,999,000."""
    return national_id(letter="Y", sex=sex, serial=KEPT_FROM + place_in_range)


def number_sql(identifier: str, sex: str, national: str) -> str:
    """SQL: the same as `number`, check digit included."""
    at = f"((({identifier})::BIGINT * {_STRIDE}) % {CAPACITY})"
    letter, serial = f"({at} // {_SERIALS})", f"({at} % {_SERIALS})"
    digit = f"(CASE WHEN {national} THEN {sex} ELSE {sex} + 7 END)"
    adds = " ".join(f"WHEN {i} THEN {n}" for i, n in enumerate(_ADDS))
    total = f"(CASE {letter} {adds} END + 8 * {digit}"
    for weight, power in zip(range(7, 0, -1), range(6, -1, -1), strict=True):
        total += f" + {weight} * ({serial} // {10**power} % 10)"
    check = f"((10 - {total}) % 10) % 10)"
    letters = f"substr('{LETTERS}', {letter}::INTEGER + 1, 1)"
    return f"{letters} || {digit} || lpad({serial}::VARCHAR, 7, '0') || {check}"
