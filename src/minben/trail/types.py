"""軌跡 Words of the trail that need no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Withheld = Literal["sealed", "erased"]


@dataclass(frozen=True, kw_only=True)
class Seal:
    """延後揭露令 An order by law to show an entry to its subject only later.

    `order` names the order and its article; until `until` the person sees that there is an
    entry, not what it says. The public counts include it at once.
    """

    order: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """軌跡項目 One use of a person's data, as the person may see it now.

    `number` counts the person's entries from 1; None while the entry still waits for its place
    in the tree. When `withheld` is set, verb, actor, basis and details are empty.
    """

    uuid: UUID
    subject: UUID | None
    number: int | None
    verb: str
    actor: str
    basis: str
    details: Mapping[str, Any]
    recorded_at: datetime
    withheld: Withheld | None = None


@dataclass(frozen=True, kw_only=True)
class CheckpointView:
    """檢查點 A signed head of the log: size, root, when, and the signed note itself."""

    size: int
    root: bytes
    map_root: bytes
    persons: int
    made_at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class PublicCount:
    """公開計數 How often something was done, on one civil day (Asia/Taipei). No person in it."""

    verb: str
    on: date
    count: int


@dataclass(frozen=True, kw_only=True)
class ActorUse:
    """行為者使用量 How many entries an actor made in a period, about how many people."""

    actor: str
    verb: str
    uses: int
    people: int
    first_at: datetime
    last_at: datetime
