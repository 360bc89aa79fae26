"""The auditors' file: all leaves and all checkpoints, derived again from the first leaf on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minben.protocol import checkpoint, entry
from minben.protocol.checkpoint import Head
from minben.protocol.signed_note import NoteError, NoteKey
from minben.protocol.tlog_policy import Policy
from minben.verify.check import Finding, Report, check_witnesses
from minben.verify.derived import Tree
from minben.verify.format import Fields, Unreadable

LOG_FORMAT = "minben-trail-log/1"


@dataclass(frozen=True, slots=True)
class WholeLog:
    """整份紀錄 Every leaf, in order, and every signed checkpoint."""

    log_key: str
    leaves: tuple[str, ...]
    checkpoints: tuple[str, ...]


def is_log(value: object) -> bool:
    """Whether parsed JSON says that it is the whole log."""
    return isinstance(value, dict) and value.get("format") == LOG_FORMAT


def read(value: object) -> WholeLog:
    """Read parsed JSON as the whole log; Unreadable names the field that cannot be."""
    fields = Fields(value, "log")
    leaves, notes = fields.list("leaves"), fields.list("checkpoints")
    if not all(isinstance(text, str) for text in (*leaves, *notes)):
        raise Unreadable("log.leaves or log.checkpoints: expected texts")
    return WholeLog(
        fields.text("log_key"), tuple(map(str, leaves)), tuple(str(note) for note in notes)
    )


def check(log: WholeLog, key: NoteKey, policy: Policy | None = None) -> Report:
    """Derive every checkpoint's root from the leaves, and every lane's numbers. The newest
    checkpoint is held against the trust policy, if one is given.
    """
    heads: dict[int, Head] = {}
    split: list[Finding] = []
    newest = ""
    for note in log.checkpoints:
        try:
            head = checkpoint.read(note, key)
        except NoteError:
            return Report((Finding("checkpoint_forged"),))
        if heads.setdefault(head.size, head) != head:
            split.append(Finding("split_view", head.size))
        newest = note if head.size == max(heads) else newest
    last = heads[max(heads)] if heads else None
    witnesses, trouble = check_witnesses(newest, policy) if newest else ((), [])
    findings = [*split, *trouble, *_tree(log, heads), *_lanes(log)]
    return Report(tuple(dict.fromkeys(findings)), last, count=len(log.leaves), witnesses=witnesses)


def _tree(log: WholeLog, heads: dict[int, Head]) -> Iterator[Finding]:
    tree = Tree()
    for index, text in enumerate(log.leaves):
        tree.add(text.encode())
        head = heads.get(index + 1)
        if head is not None and tree.root() != head.root:
            yield Finding("log_changed", head.size)
            return
        if head is not None and not _is_map(text):
            yield Finding("no_map", head.size)
    size = len(log.leaves)
    if any(beyond > size for beyond in heads) or (size and size not in heads):
        yield Finding("log_changed", max(heads, default=size))


def _lanes(log: WholeLog) -> Iterator[Finding]:
    """Every lane counts 1, 2, 3 … without a gap."""
    lanes: dict[str, int] = {}
    for index, text in enumerate(log.leaves):
        try:
            lane, n = _number(text)
        except ValueError:
            yield Finding("gap", index)
            continue
        if n != lanes.get(lane, 0) + 1:
            yield Finding("gap", index)
        lanes[lane] = n


def _number(text: str) -> tuple[str, int]:
    if _is_map(text):
        return entry.MAP_LANE, entry.read_map(text).n
    leaf = entry.read_entry(text)
    return leaf.lane, leaf.n


def _is_map(text: str) -> bool:
    try:
        entry.read_map(text)
    except ValueError:
        return False
    return True
