"""A person's bundle: all their entries with everything needed to check them without us."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.utils import timezone

from minben.protocol import entry, merkle, receipt
from minben.protocol.keys import b64
from minben.protocol.sparse_map import MapProof, proof_to_json
from minben.protocol.tlog_proof import TlogProof
from minben.trail import log
from minben.trail.log_files import LogFiles
from minben.trail.map_file import MapFile, MapRoot
from minben.trail.models import Checkpoint, Disclosure, Leaf, PersonChain, Stamp, Waiting
from minben.trail.witnessed import newest, notes_of, with_cosignatures
from minben.verify.format import FORMAT
from minben.verify.whole_log import LOG_FORMAT


def bundle(subject: UUID, *, older: int | None = None) -> dict[str, Any] | None:
    """The bundle that `minben verify` and the trail page check; None while the log is empty.

    `older` is the size of an older checkpoint to prove consistency with, e.g. that of the bundle
    the person kept last time; without it (or when none was signed there) it is the log's first.
    """
    head = newest()
    return None if head is None else _bundle(subject, older, head)


def _bundle(subject: UUID, older: int | None, head: Checkpoint) -> dict[str, Any]:
    signed = Checkpoint.objects.filter(size__lt=head.size).order_by("size")
    before = signed.filter(size=older or 0).first() or signed.first()
    placed = list(Leaf.objects.filter(subject=subject).order_by("number"))
    leaves = [leaf for leaf in placed if leaf.index < head.size]
    chain = PersonChain.objects.filter(subject=subject).first() if leaves else None
    with log.files(head.size) as files:
        told = _entries(subject, leaves, files)
        return {
            "format": FORMAT,
            "log_key": log.public_key().text,
            "person": str(subject),
            "person_key": None if chain is None else bytes(chain.key).hex(),
            "count": len(leaves),
            "last": (
                merkle.leaf_hash(files.entry(leaves[-1].index)) if leaves else entry.NO_LEAF
            ).hex(),
            "checkpoint": with_cosignatures(head),
            "map": {
                "leaf": files.entry(head.size - 1).decode(),
                "inclusion": _path(head.size - 1, files),
                "proof": proof_to_json(_map_proof(subject, head)),
            },
            "entries": told,
            "older": None
            if before is None
            else {
                "checkpoint": with_cosignatures(before),
                "consistency": _hex(merkle.consistency_proof(before.size, head.size, files.node)),
            },
            "stamp": _stamp(head, files),
            "waiting": _receipts(subject, placed[len(leaves) :]),
        }


def whole_log() -> dict[str, Any]:
    """The auditors' one file: every leaf and every checkpoint. It names nobody and says nothing
    about anybody; who has a bundle can find its leaves in it.
    """
    heads = list(Checkpoint.objects.order_by("size"))
    with log.files(heads[-1].size if heads else 0) as files:
        return {
            "format": LOG_FORMAT,
            "log_key": log.public_key().text,
            "leaves": [leaf.decode() for leaf in files.entries()],
            "checkpoints": notes_of(heads),
        }


def proof_file(uuid: UUID) -> str | None:
    """One entry's place as a C2SP tlog-proof; None until it stands under the newest checkpoint."""
    head = newest()
    leaf = Leaf.objects.filter(entry=uuid).first()
    if head is None or leaf is None or leaf.index >= head.size:
        return None
    with log.files(head.size) as files:
        path = tuple(merkle.inclusion_proof(leaf.index, head.size, files.node))
        return TlogProof(leaf.index, path, with_cosignatures(head), files.entry(leaf.index)).text


def _stamp(head: Checkpoint, files: LogFiles) -> dict[str, Any] | None:
    """The newest time stamp that the checkpoint continues, and the proof that it does."""
    stamp = Stamp.objects.filter(size__lte=head.size).order_by("-size").first()
    stamped = None if stamp is None else Checkpoint.objects.filter(size=stamp.size).first()
    if stamp is None or stamped is None:
        return None
    return {
        "checkpoint": stamped.note,
        "consistency": _hex(merkle.consistency_proof(stamped.size, head.size, files.node)),
        "token": b64(bytes(stamp.token)),
    }


def _path(index: int, files: LogFiles) -> list[str]:
    return _hex(merkle.inclusion_proof(index, files.size, files.node))


def _hex(hashes: list[bytes]) -> list[str]:
    return [hash.hex() for hash in hashes]


def _entries(subject: UUID, leaves: list[Leaf], files: LogFiles) -> list[dict[str, Any]]:
    now = timezone.now()
    texts = {text.uuid: text for text in Disclosure.objects.filter(subject=subject)}
    told = []
    for leaf in leaves:
        text = texts.get(leaf.entry) if leaf.entry is not None else None
        sealed = text is not None and text.sealed_until is not None and text.sealed_until > now
        shown = None if sealed else text
        told.append(
            {
                "number": leaf.number,
                "index": leaf.index,
                "leaf": files.entry(leaf.index).decode(),
                "inclusion": _path(leaf.index, files),
                "payload": None if shown is None else json.loads(shown.payload),
                "salt": None if shown is None else bytes(shown.salt).hex(),
                "withheld": "sealed" if sealed else "erased" if text is None else None,
            }
        )
    return told


def _map_proof(subject: UUID, head: Checkpoint) -> MapProof:
    root = MapRoot(head.map_node, bytes(head.map_root), head.persons)
    if not root.node:
        return MapProof((), None)
    persons = MapFile(log.folder() / "map")
    try:
        return persons.proof(root, entry.map_key(subject))
    finally:
        persons.close()


def _receipts(subject: UUID, beyond: list[Leaf]) -> list[str]:
    """The log's signed promises for entries that are not yet under the checkpoint."""
    key, origin = log.signing_key(), log.origin()
    rows = [
        (row.uuid, bytes(row.commitment), row.recorded_at)
        for row in Waiting.objects.filter(subject=subject).order_by("id")
    ]
    with log.files(max((leaf.index + 1 for leaf in beyond), default=0)) as further:
        for leaf in beyond:
            if leaf.entry is not None:
                said = entry.read_entry(further.entry(leaf.index).decode())
                rows.append((leaf.entry, said.commitment, leaf.recorded_at))
    return [
        receipt.issue(
            origin=origin, entry=str(uuid), commitment=commitment, recorded_at=at, key=key
        )
        for uuid, commitment, at in rows
    ]
