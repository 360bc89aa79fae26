"""What a bundle proves, and if it does not, exactly what is broken.

Everything rests on one signed checkpoint. Its last leaf is the root of a map with one place per
person; there stand how many entries the person has and the hash of the last. Each entry's leaf
carries a tag that only its person's key explains (whose, which number) and a tie to the leaf
before: so a changed, dropped, cut off, swapped or doubled entry is found and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from minben.protocol import checkpoint, entry, jws, merkle, receipt
from minben.protocol.checkpoint import Head
from minben.protocol.signed_note import NoteError, NoteKey, SignedNote
from minben.protocol.sparse_map import verify_map
from minben.protocol.tlog_policy import Policy
from minben.verify.format import Bundle, BundleEntry


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """發現 One thing that is broken: `code` says how (words.toml), `number` which entry."""

    code: str
    number: int | None = None


@dataclass(frozen=True)
class Report:
    """驗證報告 What was checked and what was found. Sound when nothing was found broken."""

    findings: tuple[Finding, ...]
    head: Head | None = None
    at: str = ""
    count: int = 0
    sealed: int = 0
    erased: int = 0
    waiting: int = 0
    older: Head | None = None
    witnesses: tuple[tuple[str, int], ...] = ()
    stamped: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether the bundle is complete and unchanged."""
        return not self.findings


@dataclass
class _Chain:
    """The leaves that are truly in the tree and truly the person's, by their true number."""

    leaves: dict[int, entry.EntryLeaf] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    suspect: set[int] = field(default_factory=set)


def check(bundle: Bundle, key: NoteKey, policy: Policy | None = None) -> Report:
    """Check a bundle against the log's public key, and against a trust policy if one is given."""
    try:
        head = checkpoint.read(bundle.checkpoint, key)
    except NoteError:
        return Report((Finding("checkpoint_forged"),))
    witnesses, findings = check_witnesses(bundle.checkpoint, policy)
    trouble = list(_check_map(bundle, head))
    at = "" if trouble else entry.read_map(bundle.map_leaf).at
    findings += trouble
    chain = _Chain()
    tags = {}
    if bundle.person_key is not None:
        tags = {entry.person_tag(bundle.person_key, n): n for n in _numbers(bundle)}
    for item in bundle.entries:
        findings += _check_entry(item, bundle, head, tags, chain)
    findings += _check_completeness(bundle, chain)
    findings += _check_chain(bundle, chain)
    older, trouble = _check_older(bundle, head, key)
    findings += trouble
    findings += _check_waiting(bundle, key)
    return Report(
        findings=tuple(dict.fromkeys(findings)),
        head=head,
        at=at,
        count=bundle.count,
        sealed=sum(item.withheld == "sealed" for item in bundle.entries),
        erased=sum(item.withheld == "erased" for item in bundle.entries),
        waiting=len(bundle.waiting),
        older=older,
        witnesses=witnesses,
    )


def check_witnesses(
    note: str, policy: Policy | None
) -> tuple[tuple[tuple[str, int], ...], list[Finding]]:
    """Who cosigned, by the policy's names, and when; and whether that is enough."""
    if policy is None:
        return (), []
    try:
        cosigners = policy.cosigners(SignedNote.read(note))
    except NoteError:
        return (), [Finding("cosignature_forged")]
    enough = policy.is_met_by(set(cosigners))
    return tuple(cosigners.items()), [] if enough else [Finding("too_few_witnesses")]


def _numbers(bundle: Bundle) -> range:
    """The numbers looked for: up to the count, but no forged count makes us look for ever."""
    return range(1, min(bundle.count, len(bundle.entries) + 1000) + 1)


def _check_map(bundle: Bundle, head: Head) -> Iterator[Finding]:
    """The map's root is the tree's last leaf; the person's place in it says what we were told."""
    leaf = merkle.leaf_hash(bundle.map_leaf.encode())
    try:
        found = entry.read_map(bundle.map_leaf)
    except ValueError:
        yield Finding("map_changed")
        return
    if not merkle.verify_inclusion(
        head.size - 1, head.size, leaf, bundle.map_inclusion, head.root
    ):
        yield Finding("map_changed")
        return
    value = None
    if bundle.person_key is not None:
        value = entry.map_value(bundle.person_key, bundle.count, bundle.last)
    place = entry.map_key(bundle.person)
    empty = bundle.person_key is None and bundle.count == 0
    if (value is None and not empty) or not verify_map(found.root, place, value, bundle.map_proof):
        yield Finding("count_changed")


def _check_entry(
    item: BundleEntry, bundle: Bundle, head: Head, tags: dict[bytes, int], chain: _Chain
) -> Iterator[Finding]:
    try:
        leaf = entry.read_entry(item.leaf)
    except ValueError:
        yield from _suspect("changed", item.number, chain)
        return
    number = tags.get(leaf.person or b"", 0)
    hash = merkle.leaf_hash(item.leaf.encode())
    if not merkle.verify_inclusion(item.index, head.size, hash, item.inclusion, head.root):
        yield from _suspect("changed", number or item.number, chain)
        return
    if not number:
        yield Finding("foreign", item.number)
        return
    chain.order.append(number)
    chain.leaves[number] = leaf
    if item.number != number:
        yield Finding("reordered", number)
    if item.withheld is None:
        if item.payload is None or item.salt is None:
            yield Finding("content_missing", number)
        elif not _says(item, leaf.commitment):
            yield Finding("changed", number)
        elif item.payload.get("subject") != str(bundle.person):
            yield Finding("foreign", number)
    elif item.payload is not None:
        yield Finding("changed", number)


def _says(item: BundleEntry, committed: bytes) -> bool:
    try:
        return entry.commitment(item.payload or {}, item.salt or b"") == committed
    except ValueError:
        return False


def _suspect(code: str, number: int, chain: _Chain) -> Iterator[Finding]:
    chain.order.append(number)
    chain.suspect.add(number)
    yield Finding(code, number)


def _check_completeness(bundle: Bundle, chain: _Chain) -> Iterator[Finding]:
    """Every number from 1 to the count is there, once, in order."""
    seen = Counter(chain.order)
    yield from (Finding("doubled", number) for number, times in seen.items() if times > 1)
    highest = 0
    for number in dict.fromkeys(chain.order):
        if number < highest:
            yield Finding("reordered", number)
        highest = max(highest, number)
    missing = (n for n in _numbers(bundle) if n < highest and n not in seen)
    yield from (Finding("dropped", number) for number in missing)
    if bundle.count > highest:
        yield Finding("truncated", highest + 1)


def _check_chain(bundle: Bundle, chain: _Chain) -> Iterator[Finding]:
    """Each leaf is tied to the one before, and the last is the one in the map."""
    if bundle.person_key is None:
        return
    for number, leaf in chain.leaves.items():
        before = chain.leaves.get(number - 1)
        if number > 1 and (before is None or number - 1 in chain.suspect):
            continue
        last = entry.NO_LEAF if before is None else merkle.leaf_hash(before.data.encode())
        if leaf.previous != entry.previous_tag(bundle.person_key, last):
            yield Finding("second_chain", number)
    final = chain.leaves.get(bundle.count)
    if final is not None and merkle.leaf_hash(final.data.encode()) != bundle.last:
        yield Finding("second_chain", bundle.count)


def _check_older(bundle: Bundle, head: Head, key: NoteKey) -> tuple[Head | None, list[Finding]]:
    """Today's log continues the older one: nothing in it was rewritten since."""
    if bundle.older is None:
        return None, []
    note, proof = bundle.older
    try:
        older = checkpoint.read(note, key)
    except NoteError:
        return None, [Finding("older_forged")]
    if not merkle.verify_consistency(older.size, head.size, older.root, head.root, proof):
        return older, [Finding("rewritten")]
    return older, []


def _check_waiting(bundle: Bundle, key: NoteKey) -> Iterator[Finding]:
    for promise in bundle.waiting:
        try:
            receipt.read(promise, key)
        except jws.TokenError:
            yield Finding("receipt_forged")
