"""The one way in which the law rounds: integers only, the direction always said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from minben.law.errors import RuleError

Rounding = Literal["down", "half_up", "up"]


def share(amount: Any, rate: Decimal | Fraction | int, *, rounding: Rounding) -> Any:
    """`amount` × `rate`, rounded to whole NTD: down, up, or half up.

    The rate becomes an exact integer fraction, so that both engines count alike.
    """
    fraction = Fraction(rate)
    return divided(amount * fraction.numerator, fraction.denominator, rounding=rounding)


def divided(amount: Any, by: int, *, rounding: Rounding) -> Any:
    """`amount` ÷ a positive number of the law, rounded to a whole number."""
    if by <= 0:
        raise RuleError(f"divided by {by}: only by a positive number of the law")
    if by == 1:
        return amount
    if rounding == "down":
        return amount // by
    if rounding == "up":
        return (amount + (by - 1)) // by
    return (amount * 2 + by) // (by * 2)
