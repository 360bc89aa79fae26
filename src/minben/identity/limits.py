"""How often an address may try to sign in: held in Django's cache, by keyed digest.

The default cache belongs to one process; with several web processes name a shared one.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache

from minben.base.refusal import Refused
from minben.identity import numbers

_TRIES = {"sign_in": (settings.SIGN_IN_TRIES, 300), "passkey": (20, 300), "sign": (60, 300)}


def count(what: str, address: str) -> None:
    """Count one try; Refused `identity.too_many_tries` beyond the limit of the kind.

    Kinds: "sign_in" as set (30), "passkey" 20, "sign" 60 in five minutes for one address.
    """
    most, seconds = _TRIES[what]
    key = f"identity.limit.{what}.{numbers.digest(address)}"
    cache.add(key, 0, timeout=seconds)
    try:
        tried = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return
    if tried > most:
        raise Refused("identity.too_many_tries", minutes=seconds // 60)
