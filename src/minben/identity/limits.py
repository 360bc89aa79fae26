"""How often an address may try something: counted in one table, for all processes together.

Addresses stand there only as keyed digests, for the minutes in which they count.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from minben.base.refusal import Refused
from minben.identity import numbers
from minben.identity.models import Tries

# What → how many tries in how many seconds.
_TRIES = {
    "sign_in": (settings.SIGN_IN_TRIES, 300),
    "passkey": (20, 300),
    "sign": (60, 300),
    "decide": (settings.DECIDE_TRIES, 60),
    "unproven": (600, 300),  # calls of programs that did not prove who they are
}


def count(what: str, address: str) -> None:
    """Count one try; Refused `identity.too_many_tries` beyond the limit of the kind.

    Kinds: "sign_in" as set (30), "passkey" 20, "sign" 60, "unproven" 600 in five minutes;
    "decide" as set (600) in one minute; each for one address. The refusal says how long to wait.
    Not undone when the caller's work is refused: count before, outside its transaction.
    """
    most, seconds = _TRIES[what]
    now = timezone.now()
    name = f"{what}.{numbers.digest(address)}"[:120]
    with transaction.atomic():
        ends = now + timedelta(seconds=seconds)
        row, _ = Tries.objects.get_or_create(key=name, defaults={"ends_at": ends})
        if row.ends_at <= now:
            Tries.objects.filter(pk=row.pk, ends_at=row.ends_at).update(count=0, ends_at=ends)
        Tries.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db()
    if row.count > most:
        wait = max(1, int((row.ends_at - now).total_seconds()) + 1)
        raise Refused("identity.too_many_tries", minutes=-(-wait // 60), retry_after=wait)
