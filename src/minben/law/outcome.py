"""What a rule says: due or not due, how much, under which scheme, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minben.law.expression import Expression, kind_of, lifted

DUE = "due"
NOT_DUE = "not_due"
OPEN = "open"


@dataclass(frozen=True, eq=False)
class Outcome:
    """結果 The answer of a rule for one person and month.

    `status` is "due" or "not_due"; "open" is never returned by a rule, it is what the engine
    says when facts are missing. `amount` is NTD per month (None when not due). `scheme` and
    `reason` are keys whose words stand in the pack's texts. `cite` names the article.
    """

    status: Any
    amount: Any = None
    scheme: Any = None
    reason: Any = "due"
    cite: tuple[str, ...] = ()

    @property
    def is_due(self) -> Any:
        """Whether something is due: usable as a condition in another rule."""
        return self.status == DUE

    @property
    def answer(self) -> tuple[str, str | None, str | None]:
        """What must agree for two outcomes to be the same to a person: not the reason."""
        settled = self.settled_amount
        amount = self.written_amount if settled is None else str(settled)
        return str(self.status), self.scheme, amount

    @property
    def written_amount(self) -> str | None:
        """How the amount is computed, or the number."""
        return None if self.amount is None else lifted(self.amount).text

    @property
    def settled_amount(self) -> int | None:
        """The amount as a number, None when not due or when it still rests on unknown facts."""
        if isinstance(self.amount, Expression):
            return self.amount.value if isinstance(self.amount.value, int) else None
        return None if self.amount is None else int(self.amount)

    def to_json(self) -> dict[str, object]:
        """Status, scheme, amount, reason and citations."""
        return {
            "status": self.status,
            "scheme": self.scheme,
            "amount": self.settled_amount,
            "reason": self.reason,
            "citations": list(self.cite),
        }


def due(
    amount: Any,
    *,
    scheme: str | None = None,
    reason: str = "due",
    cite: str | tuple[str, ...] = (),
) -> Outcome:
    """This much (NTD per month) is due under this scheme."""
    if kind_of(amount) != "int":
        raise ValueError(f"an amount is whole NTD, not {amount!r}")
    return Outcome(DUE, amount, scheme, reason, _tuple(cite))


def not_due(
    reason: str, *, scheme: str | None = None, cite: str | tuple[str, ...] = ()
) -> Outcome:
    """Nothing is due, for this reason."""
    return Outcome(NOT_DUE, None, scheme, reason, _tuple(cite))


def _tuple(cite: str | tuple[str, ...]) -> tuple[str, ...]:
    return (cite,) if isinstance(cite, str) else tuple(cite)
