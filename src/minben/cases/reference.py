"""Reference numbers that survive being read out over a telephone."""

from __future__ import annotations

import re

from stdnum import damm

_WRITTEN = re.compile(r"MB-(\d{4})-(\d{6,})-(\d)")


def written(year: int, number: int) -> str:
    """`MB-2022-000123-9`: year, running number, check digit (Damm: finds every single wrong
    digit and every swap of neighbours).
    """
    digits = f"{year:04d}{number:06d}"
    return f"MB-{year:04d}-{number:06d}-{damm.calc_check_digit(digits)}"


def is_reference(text: str) -> bool:
    """Whether this is a reference number as we write them, its check digit right."""
    match = _WRITTEN.fullmatch(text)
    return match is not None and bool(damm.is_valid("".join(match.groups())))
