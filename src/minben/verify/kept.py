"""A bundle kept from an earlier day is a witness in the person's own hand: compare with it."""

from collections.abc import Iterator
from dataclasses import replace

from minben.protocol import checkpoint, entry, receipt
from minben.protocol.checkpoint import Head
from minben.protocol.jws import TokenError
from minben.protocol.signed_note import NoteError, NoteKey
from minben.verify.check import Finding, Report
from minben.verify.format import Bundle


def compare(report: Report, now: Bundle, before: Bundle, key: NoteKey) -> Report:
    """The report on today's bundle with what the earlier one adds: lost, replaced, promised."""
    return replace(report, findings=(*report.findings, *_differences(report, now, before, key)))


def _differences(report: Report, now: Bundle, before: Bundle, key: NoteKey) -> Iterator[Finding]:
    if now.person != before.person:
        yield Finding("other_person")
        return
    try:
        head = checkpoint.read(before.checkpoint, key)
    except NoteError:
        yield Finding("older_forged")
        return
    if not _continues(report, head):
        yield Finding("unlinked", head.size)
    leaves = {item.leaf for item in now.entries}
    for item in before.entries:
        if item.leaf not in leaves:
            yield Finding("lost", item.number)
    committed = {_commitment(item.leaf) for item in now.entries}
    committed |= {_promised(promise, key) for promise in now.waiting}
    if any(_promised(promise, key) not in committed for promise in before.waiting):
        yield Finding("promise_broken")


def _continues(report: Report, head: Head) -> bool:
    return head in (report.older, report.head)


def _commitment(leaf: str) -> str:
    try:
        return entry.read_entry(leaf).commitment.hex()
    except ValueError:
        return ""


def _promised(promise: str, key: NoteKey) -> str:
    try:
        return str(receipt.read(promise, key)["commitment"])
    except TokenError:
        return "forged"
