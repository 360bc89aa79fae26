"""A person's bundle: all their entries with everything needed to check them without us."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.protocol import entry, merkle, receipt
from minben.protocol.sparse_map import MapProof, SparseMap, proof_to_json
from minben.trail import log
from minben.trail.models import Checkpoint, Disclosure, Leaf, PersonChain, Sequencer, Waiting
from minben.trail.tree import MapStore, StoredTree
from minben.verify.format import FORMAT
from minben.verify.whole_log import LOG_FORMAT

_TRIES = 5


def bundle(subject: UUID, *, older: int | None = None) -> dict[str, Any] | None:
    """The bundle that `minben verify` and the trail page check; None while the log is empty.

    `older` is the size of an older checkpoint to prove consistency with, e.g. that of the bundle
    the person kept last time; without it (or when none was signed there) it is the log's first.
    """
    for _ in range(_TRIES):  # without a lock; again when a batch came between
        head = Checkpoint.objects.order_by("-size").first()
        try:
            told = None if head is None else _bundle(subject, older, head)
        except (KeyError, ValueError):
            continue
        if head == Checkpoint.objects.order_by("-size").first():
            return told
    with transaction.atomic():
        Sequencer.objects.select_for_update().filter(id=1).first()  # no batch can come between
        return _bundle(subject, older, Checkpoint.objects.latest("size"))


def _bundle(subject: UUID, older: int | None, head: Checkpoint) -> dict[str, Any]:
    signed = Checkpoint.objects.filter(size__lt=head.size).order_by("size")
    before = signed.filter(size=older or 0).first() or signed.first()
    leaves = list(Leaf.objects.filter(subject=subject).order_by("number"))
    tree = StoredTree()
    tree.load(lambda node: _prove(head.size, leaves, before, node))
    inclusion, consistency = _prove(head.size, leaves, before, tree.node)
    chain = PersonChain.objects.filter(subject=subject).first()
    map_leaf = Leaf.objects.get(index=head.size - 1)
    return {
        "format": FORMAT,
        "log_key": log.public_key().text,
        "person": str(subject),
        "person_key": None if chain is None else bytes(chain.key).hex(),
        "count": 0 if chain is None else chain.count,
        "last": entry.NO_LEAF.hex() if chain is None else bytes(chain.last).hex(),
        "checkpoint": head.note,
        "map": {
            "leaf": map_leaf.data,
            "inclusion": inclusion[head.size - 1],
            "proof": proof_to_json(_map_proof(subject, bytes(head.map_root))),
        },
        "entries": _entries(subject, leaves, inclusion),
        "older": None
        if before is None
        else {"checkpoint": before.note, "consistency": consistency},
        "waiting": _receipts(subject),
    }


def whole_log() -> dict[str, Any]:
    """The auditors' one file: every leaf and every checkpoint. It names nobody and says nothing
    about anybody; who has a bundle can find its leaves in it.
    """
    heads = list(Checkpoint.objects.order_by("size").values_list("size", "note"))
    size = heads[-1][0] if heads else 0
    leaves = Leaf.objects.filter(index__lt=size).order_by("index")
    return {
        "format": LOG_FORMAT,
        "log_key": log.public_key().text,
        "leaves": list(leaves.values_list("data", flat=True)),
        "checkpoints": [note for _, note in heads],
    }


def _prove(
    size: int, leaves: list[Leaf], before: Checkpoint | None, node: merkle.Node
) -> tuple[dict[int, list[str]], list[str]]:
    """Audit paths by leaf index, and the consistency proof; all as hex."""
    indices = [*(leaf.index for leaf in leaves), size - 1]
    inclusion = {
        index: [value.hex() for value in merkle.inclusion_proof(index, size, node)]
        for index in indices
    }
    consistency = []
    if before is not None:
        consistency = [v.hex() for v in merkle.consistency_proof(before.size, size, node)]
    return inclusion, consistency


def _entries(
    subject: UUID, leaves: list[Leaf], inclusion: dict[int, list[str]]
) -> list[dict[str, Any]]:
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
                "leaf": leaf.data,
                "inclusion": inclusion[leaf.index],
                "payload": None if shown is None else json.loads(shown.payload),
                "salt": None if shown is None else bytes(shown.salt).hex(),
                "withheld": "sealed" if sealed else "erased" if text is None else None,
            }
        )
    return told


def _map_proof(subject: UUID, map_root: bytes) -> MapProof:
    store, key = MapStore(), entry.map_key(subject)
    persons = SparseMap(store, map_root)
    store.load(persons, [key])
    return persons.proof(key)


def _receipts(subject: UUID) -> list[str]:
    """The log's signed promises for entries that still wait for their place."""
    key, origin = log.signing_key(), log.origin()
    return [
        receipt.issue(
            origin=origin,
            entry=str(row.uuid),
            commitment=bytes(row.commitment),
            recorded_at=row.recorded_at,
            key=key,
        )
        for row in Waiting.objects.filter(subject=subject).order_by("id")
    ]
