"""Words of screening: one run of a law over a population that it cannot name."""

from __future__ import annotations

from collections.abc import Mapping
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
    """篩選概況 Which law, under which mandate, for which month, with what outcome."""

    uuid: UUID
    pack: str
    mandate: str
    purpose: str
    month: Month
    state: RunState
    explanation: Text | None  # what it waits for, or why it failed
    data_sets: tuple[str, ...]  # whose mandated columns were read
    persons: int  # whose mandated facts were read
    counts: Mapping[str, int]  # "due", "not_due", "open", "left_out" → persons
    rules_hash: str
    root: str  # Merkle root over everyone screened, hex; "" until done
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReachableOutcome:
    """可能結果 One answer that an open row can still have."""

    status: str
    scheme: str | None
    amount: int | None  # NTD per month; None when it depends on facts not known
    reason: str


@dataclass(frozen=True, slots=True)
class ScreenedRow:
    """篩選結果 One subject's outcome, under a pseudonym of this purpose only."""

    pseudonym: str
    status: str  # "due", "not_due", "open"
    scheme: str | None
    amount: int | None  # NTD per month
    reason: str | None  # reason key of the pack
    outcomes: tuple[ReachableOutcome, ...]  # of an open row


@dataclass(frozen=True, slots=True)
class ScreenedProof:
    """篩選證明 Proof for one person: "I was screened, for this, that day".

    The leaf is RFC 6962's hash of the canonical JSON of `leaf`; `root` stands in the trail's
    entry `screening.screened`.
    """

    run: UUID
    leaf: Mapping[str, str]
    index: int
    size: int
    path: tuple[str, ...]  # RFC 6962 audit path, hex
    root: str


@dataclass(frozen=True, slots=True)
class PathCount:
    """路徑人數 Of one row of a rule's table: people decided on it, and people still open there.

    None where there are so few that they must not be told.
    """

    decided: int | None
    still_open: int | None
