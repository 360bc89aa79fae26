"""Shows each new checkpoint to the witnesses of the trust policy and keeps their cosignatures.

Off the hot path: a witness that is away delays nothing but its own line. A witness that knows
another history of this log is an alarm: either somebody signed a second tree with our key, or
our record was set back.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import transaction

from minben.protocol import cosignature, merkle
from minben.protocol.add_checkpoint import AddCheckpoint
from minben.protocol.signed_note import NoteError, NoteKey, SignedNote, with_signatures
from minben.trail import actions, log
from minben.trail.clients import Answer, WitnessClient
from minben.trail.models import Checkpoint, Cosignature, Disclosure
from minben.trail.witnessed import policy

_log = logging.getLogger(__name__)


def witness_once(client: WitnessClient) -> int:
    """Ask every witness that has not cosigned the newest checkpoint; how many did now."""
    trusted = policy()
    head = Checkpoint.objects.order_by("-size").first()
    if trusted is None or head is None:
        return 0
    have = set(Cosignature.objects.filter(size=head.size).values_list("name", flat=True))
    asked = {n: key for n, key in trusted.witnesses.items() if n not in have and trusted.urls[n]}
    return sum(_ask(client, name, trusted.urls[name], key, head) for name, key in asked.items())


def _ask(client: WitnessClient, name: str, url: str, key: NoteKey, head: Checkpoint) -> bool:
    seen = Cosignature.objects.filter(name=name).order_by("-size").first()
    answer = _show(client, url, head, 0 if seen is None else seen.size)
    if answer.status == 409:
        known = answer.text.strip()
        if not known.isascii() or not known.isdigit() or int(known) > head.size:
            return _alarm(name, head, "the witness has seen a larger log than there is")
        answer = _show(client, url, head, int(known))
    if answer.status == 422:
        return _alarm(name, head, "the witness knows another history of this log")
    if answer.status != 200:
        _log.warning("witness %s: status %d", name, answer.status)
        return False
    return _keep(name, key, head, answer.text)


def _show(client: WitnessClient, url: str, head: Checkpoint, old: int) -> Answer:
    proof: list[bytes] = []
    if 0 < old < head.size:
        with log.files(head.size) as files:
            proof = merkle.consistency_proof(old, head.size, files.node)
    return client.add_checkpoint(url, AddCheckpoint(old, tuple(proof), head.note).text)


def _keep(name: str, key: NoteKey, head: Checkpoint, lines: str) -> bool:
    try:
        signed = SignedNote.read(with_signatures(head.note, [lines]))
        at = cosignature.cosigned_at(signed, key)
    except NoteError as fault:
        _log.warning("witness %s: %s", name, fault)
        return False
    if at is None:
        _log.warning("witness %s answered with another key's signature", name)
        return False
    line = next(line.line for line in signed.signatures if line.is_by(key))
    told = {"line": line, "cosigned_at": datetime.fromtimestamp(at, UTC)}
    Cosignature.objects.get_or_create(size=head.size, name=name, defaults=told)
    return True


def _alarm(name: str, head: Checkpoint, why: str) -> bool:
    """A split view is an entry about nobody, once for each witness and size."""
    _log.error("witness %s refuses the checkpoint of size %d: %s", name, head.size, why)
    details = {"witness": name, "size": head.size, "why": why}
    told = Disclosure.objects.filter(verb="trail.split_view").values_list("payload", flat=True)
    if not any(f'"witness":"{name}"' in payload for payload in told):
        with transaction.atomic():
            actions.record(
                verb="trail.split_view",
                subject=None,
                actor="system:witnessing",
                basis="trail",
                details=details,
            )
    return False
