"""What registers say about a party after signing began: a death, a loss of capacity.

Whether an event is true is for whoever reads the register (`evidence` is the digest of its signed
notice); whether it counts, and what follows from it, is for `agreement.state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from minben.protocol.terms import instant, read_instant

EventKind = Literal["died", "lost_capacity"]


@dataclass(frozen=True, kw_only=True)
class RegisterEvent:
    """登記事件 That a person died (死亡), or lost capacity (受監護宣告), and from which instant.

    `subject` is a reference as in a party; `source` the key of the agency that keeps the register.
    """

    kind: EventKind
    subject: str
    at: datetime
    source: str
    evidence: str

    def __post_init__(self) -> None:
        if self.kind not in get_args(EventKind):
            raise ValueError(f"not an event of a register: {self.kind!r}")
        object.__setattr__(self, "at", read_instant(instant(self.at)))

    def to_json(self) -> dict[str, object]:
        """The event as it is kept and sent."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "at": instant(self.at),
            "source": self.source,
            "evidence": self.evidence,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RegisterEvent:
        """Read what `to_json` wrote; ValueError for anything else."""
        try:
            return cls(**{**value, "at": read_instant(value["at"])})
        except (KeyError, TypeError) as mistake:
            raise ValueError(f"not an event of a register: {mistake}") from mistake
