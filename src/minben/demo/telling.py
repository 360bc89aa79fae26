"""What a story found, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

INCOME_TEST_ENDED = "2024-01"  # the first month without an income test (取消排富)


@dataclass
class Told:
    """故事結果 What happened to one family from offer to proof. Empty where it did not happen."""

    on: str
    month: str
    offers: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    not_asked: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    signed_by: list[str] = field(default_factory=list)
    reference: str = ""
    decision: dict[str, Any] = field(default_factory=dict)
    amount: int | None = None
    payment: dict[str, Any] = field(default_factory=dict)
    proof: dict[str, Any] = field(default_factory=dict)
    stopped_at: str = ""

    @property
    def missing(self) -> list[str]:
        """What a whole story must hold and this one does not."""
        wanted = {
            "offers": self.offers,
            "asked": self.asked,
            "not_asked": self.not_asked,
            "amount": self.amount,
            "payment": self.payment,
            "proof": self.proof.get("verified"),
        }
        gaps = [name for name, found in wanted.items() if not found]
        taxed = [one for one in self.asked if "tax" in one["key"]]
        if self.month >= INCOME_TEST_ENDED:
            if taxed:
                gaps.append("asked: tax, for which nobody may ask since 2024")
            if not any("稅" in words for words in self.not_asked):
                gaps.append("not_asked: tax")
        elif len(taxed) < 2:
            gaps.append("asked: tax of both parents")
        if self.stopped_at:
            gaps.append(f"stopped: {self.stopped_at}")
        return gaps

    def to_json(self) -> str:
        """All of it, with what is missing."""
        return json.dumps(asdict(self) | {"missing": self.missing}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, written: str) -> Told:
        """Read what `to_json` wrote."""
        found = json.loads(written)
        found.pop("missing", None)
        return cls(**found)

    def lines(self) -> Iterator[str]:
        """The story for people, both languages."""
        yield f"民本 · {self.on} · 一個新生兒的家庭 A newborn's family"
        for name, found in self._chapters().items():
            for words in found:
                yield f"  {name:<18}  {words}"

    def _chapters(self) -> dict[str, list[str]]:
        both, only = "{zh}｜{en}".format_map, "（只問是或否 yes/no only）"
        return {
            "主動通知 offer": [both(offer) for offer in self.offers],
            "依法已知 known": self.known,
            "詢問 asked": [
                f"{both(ask)} → {ask['provider']}{only if ask['only_yes_no'] else ''}"
                for ask in self.asked
            ],
            "不問 not asked": self.not_asked,
            "簽署 signed": self.signed_by,
            "決定 decision": [both(self.decision)] if self.decision else [],
            "金額 amount": [] if self.amount is None else [f"NT$ {self.amount:,}"],
            "撥款 payment": [self.payment["line"]] if self.payment else [],
            "軌跡 proof": [self.proof["words"]] if self.proof else [],
            "缺少 MISSING": self.missing,
        }
