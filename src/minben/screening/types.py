"""Words of screening: one run of a law over a population that it cannot name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from minben.base.month import Month
from minben.base.text import Text


class RunState(StrEnum):
    """篩選狀態 Where a screening run stands."""

    FETCHING = "fetching"  # agencies are writing their signed exports
    DONE = "done"  # results stand, the trail holds the commitment
    FAILED = "failed"  # `explanation` says why


@dataclass(frozen=True, slots=True)
class RunView:
    """篩選 One run: which law, under which mandate, for which month, with what outcome."""

    uuid: UUID
    pack: str
    mandate: str
    purpose: str
    month: Month
    state: RunState
    explanation: Text | None
    persons: int  # whose mandated facts were read
    counts: dict[str, int]  # "due", "not_due", "open" → persons
    root: str  # Merkle root over everyone screened, hex; "" until done
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScreenedRow:
    """篩選結果 One subject's outcome, under a pseudonym of this purpose only."""

    pseudonym: str
    mother: str | None  # pseudonyms of the parents, so that the offer can reach them
    father: str | None
    status: str  # "due", "not_due", "open"
    scheme: str | None
    amount: int | None  # NTD per month
    reason: str | None  # reason key of the pack


@dataclass(frozen=True, slots=True)
class ScreenedProof:
    """篩選證明 Proof for one person: "I was screened, for this, that day"."""

    run: UUID
    leaf: dict[str, str]
    index: int
    size: int
    path: tuple[str, ...]  # RFC 6962 audit path, hex
    root: str  # the root that the trail entry `screening.screened` commits to
