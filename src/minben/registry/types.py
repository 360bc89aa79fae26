"""Words of the register that need no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.facts.words import Sensitivity
from minben.protocol.keys import PublicKey


class Openness(StrEnum):
    """資料類別 The three classes of government data."""

    OPEN = "open"  # 開放: anybody may read it
    SHARED = "shared"  # 共享: agencies, under agreement or mandate
    CLOSED = "closed"  # 不開放: secret or personal; only under agreement or mandate

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return {
            Openness.OPEN: Text("開放資料", "Open data"),
            Openness.SHARED: Text("共享資料", "Shared data"),
            Openness.CLOSED: Text("不開放資料", "Closed data"),
        }[self]


@dataclass(frozen=True, slots=True)
class ProviderView:
    """資料提供機關 An agency that answers: where it is and by which key it signs."""

    key: str
    name: Text
    base_url: str
    public_key: PublicKey


@dataclass(frozen=True, slots=True)
class DataSetView:
    """資料集 One version of a data set and what its provider demands for it.

    `key` is `agency/subsystem/dataset/vN`; `methods` are the sign-in methods accepted, all of
    the level when empty; `facts` are the facts of the shared vocabulary that it holds.
    """

    key: str
    provider: ProviderView
    name: Text
    openness: Openness
    sensitivity: Sensitivity
    assurance: AssuranceLevel
    methods: tuple[str, ...]
    facts: tuple[str, ...]
    version: int
    retired: bool


@dataclass(frozen=True, slots=True)
class ProcessingView:
    """處理活動 One line of the public register of processing (PDPA art. 17)."""

    key: str
    agency: Text
    purpose: Text
    legal_basis: str
    data_sets: tuple[str, ...]
    facts: tuple[str, ...]
    recipients: tuple[str, ...]
    retention_days: int
    recorded_at: datetime
