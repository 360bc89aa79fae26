"""Scales as a rule uses them: pick an amount, add amounts up, or tax by marginal rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from minben.law.errors import RuleError
from minben.law.expression import least, most, where
from minben.law.parameter_tree import Scale
from minben.law.rounding import Rounding, divided


class ScaleInForce:
    """當日級距表 A scale on one day. Whole-number thresholds only.

    `unit` says how many units of the base are one of the thresholds (100: the base is in cents).
    """

    def __init__(self, scale: Scale, on: date) -> None:
        self._scale = scale
        self._brackets = [(self._whole(t), Fraction(v)) for t, v in scale.at(on)]  # type: ignore[arg-type]
        if not self._brackets:
            raise RuleError(f"scale {scale.path} is not in force on {on.isoformat()}")

    def amount(self, base: Any, *, unit: int = 1) -> Any:
        """single_amount: the amount of the last bracket reached; marginal_amount: the sum of the
        amounts of all brackets that the base exceeds. In the units of the scale."""
        found: Any = 0
        for threshold, amount in self._brackets:
            worth = self._whole(amount)
            if self._scale.kind == "single_amount":
                found = where(base >= threshold * unit, worth, found)
            elif self._scale.kind == "marginal_amount":
                found = found + where(base > threshold * unit, worth, 0)
            else:
                raise RuleError(f"scale {self._scale.path} has rates: use tax()")
        return found

    def tax(self, base: Any, *, rounding: Rounding, unit: int = 1) -> Any:
        """marginal_rate: each slice of the base at its own rate, rounded once at the end.

        In the units of the base.
        """
        if self._scale.kind != "marginal_rate":
            raise RuleError(f"scale {self._scale.path} has amounts: use amount()")
        common = lcm(*(rate.denominator for _, rate in self._brackets))
        total: Any = 0
        for i, (threshold, rate) in enumerate(self._brackets):
            part = most(base - threshold * unit, 0)
            if i + 1 < len(self._brackets):
                part = least(part, (self._brackets[i + 1][0] - threshold) * unit)
            total = total + part * (rate.numerator * (common // rate.denominator))
        return divided(total, common, rounding=rounding)

    def _whole(self, number: int | Decimal | Fraction) -> int:
        if Fraction(number).denominator != 1:
            raise RuleError(f"scale {self._scale.path}: {number} is no whole number")
        return int(number)
