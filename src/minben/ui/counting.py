"""The public counts, gathered from tallies of verbs. Nobody is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from minben.base.text import Text
from minben.trail.types import PublicCount


@dataclass(frozen=True, slots=True)
class Counted:
    """公開數字 One number that everybody may see."""

    key: str
    name: Text
    number: int


_SORTS = (
    (
        "uses",
        Text("資料使用次數", "Uses of data"),
        ("exchange.received", "exchange.viewed", "office.viewed_case"),
    ),
    ("agreed", Text("同意", "Consents given"), ("consent.accepted",)),
    ("refused", Text("不同意", "Consents refused"), ("consent.rejected",)),
    ("revoked", Text("撤回同意", "Consents withdrawn"), ("consent.revoked",)),
    ("appeals", Text("提出訴願", "Appeals filed"), ("case.appealed",)),
    ("appeals_won", Text("訴願成立", "Appeals won"), ("case.appeal_upheld",)),
    (
        "late",
        Text("機關逾時答覆", "Late answers of agencies"),
        ("exchange.late", "exchange.not_received"),
    ),
    (
        "alarms",
        Text("軌跡警示", "Alarms of the trail"),
        ("trail.gap", "trail.unmatched", "trail.split_view"),
    ),
    ("overrides", Text("人工改判", "Decisions overridden"), ("case.override_approved",)),
)
_SEALED = Text("依法延後揭露中", "Entries sealed by law now")
_MANDATES = Text("有效的法定授權", "Mandates in force")


def counted(
    tallies: Iterable[PublicCount], *, mandates: int, sealed: int = 0
) -> tuple[Counted, ...]:
    """Sum the tallies by what people ask about; `sealed` entries are withheld now."""
    sums: dict[str, int] = {}
    for tally in tallies:
        sums[tally.verb] = sums.get(tally.verb, 0) + tally.count
    rows = [Counted(key, name, sum(sums.get(v, 0) for v in verbs)) for key, name, verbs in _SORTS]
    return (
        *rows,
        Counted("sealed", _SEALED, sealed),
        Counted("mandates", _MANDATES, mandates),
    )
