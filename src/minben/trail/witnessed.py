"""Which checkpoint to show: the newest one that the trust policy calls witnessed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from minben.protocol.signed_note import with_signatures
from minben.protocol.tlog_policy import Policy
from minben.trail.models import Checkpoint, Cosignature

_LOOKED_AT = 200  # newest cosigned sizes; further back nobody would call it the newest


def policy_text() -> str | None:
    """The published trust policy; None while the platform has none."""
    path = Path(settings.TRAIL_POLICY_FILE)
    return path.read_text("utf-8") if path.exists() else None


def policy() -> Policy | None:
    """The same, read; PolicyError when the file is none."""
    text = policy_text()
    return None if text is None else _read(text)


@lru_cache(maxsize=4)
def _read(text: str) -> Policy:
    return Policy.read(text)


def newest() -> Checkpoint | None:
    """The newest checkpoint with a quorum of cosignatures; the newest one of all while there is
    none, or no policy. None while the log is empty.
    """
    trusted = policy()
    if trusted is not None and trusted.quorum != "none":
        names: dict[int, set[str]] = {}
        rows = Cosignature.objects.order_by("-size").values_list("size", "name")[:_LOOKED_AT]
        for size, name in rows:
            names.setdefault(size, set()).add(name)
        for size, found in names.items():
            if trusted.is_met_by(found):
                return Checkpoint.objects.filter(size=size).first()
    return Checkpoint.objects.order_by("-size").first()


def notes_of(heads: list[Checkpoint]) -> list[str]:
    """The notes of many checkpoints, each with its witnesses' lines."""
    lines: dict[int, list[str]] = {}
    for size, line in Cosignature.objects.order_by("name").values_list("size", "line"):
        lines.setdefault(size, []).append(line)
    return [with_signatures(head.note, lines.get(head.size, ())) for head in heads]


def with_cosignatures(head: Checkpoint) -> str:
    """The checkpoint's note with all its witnesses' lines."""
    lines = Cosignature.objects.filter(size=head.size).order_by("name")
    return with_signatures(head.note, lines.values_list("line", flat=True))
