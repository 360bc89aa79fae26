"""Time stamps (RFC 3161) over checkpoints: somebody else says when, off the hot path.

Every n-th checkpoint is stamped, not each: a later checkpoint continues the stamped one, so the
stamp says of every entry before it that it existed by then. An authority that is away is asked
again; nothing waits for it.
"""

from __future__ import annotations

import logging

from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    decode_timestamp_response,
)

from minben.protocol.signed_note import SignedNote
from minben.trail.clients import StampClient
from minben.trail.models import Checkpoint, Stamp

_log = logging.getLogger(__name__)


def stamp_once(client: StampClient) -> bool:
    """Have the newest checkpoint stamped if n were signed since the last stamp, or none was."""
    head = Checkpoint.objects.order_by("-size").first()
    last = Stamp.objects.order_by("-size").first()
    if not settings.TIME_STAMP_URL or head is None:
        return False
    since = Checkpoint.objects.filter(size__gt=0 if last is None else last.size).count()
    if last is not None and since < settings.STAMP_EVERY:
        return False
    text = SignedNote.read(head.note).text.encode()
    asked = (
        TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).nonce().build()
    )
    told = client.stamp(settings.TIME_STAMP_URL, asked.as_bytes())
    try:
        answer = decode_timestamp_response(told)
        info = answer.tst_info
        granted = answer.status == 0 and info.nonce == asked.nonce
    except ValueError:
        granted = False
    if not granted:
        _log.warning("time-stamp authority: no token")
        return False
    Stamp.objects.get_or_create(
        size=head.size, defaults={"token": told, "stamped_at": info.gen_time}
    )
    return True
