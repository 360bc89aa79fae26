"""Asking the consent owner whether a basis still stands, before every release."""

from __future__ import annotations

import json
from urllib.parse import quote

from minben.kit import caller
from minben.kit.folder import Trust
from minben.kit.problems import Problem
from minben.protocol.keys import SigningKey

SECONDS = 5.0


def ask(trust: Trust, key: SigningKey, basis: str) -> str:
    """The state that the consent owner gives for an agreement or mandate id, as "active".

    The answer is bound to this very request by its signature, so an old one cannot be replayed.
    Raises Problem `status_unreachable` when there is no fresh, signed answer: no word, no data.
    """
    owner = trust.consent_owner_key
    if owner is None:
        raise Problem("status_unreachable", retry_after=60)
    url = f"{trust.consent_owner_url}/{quote(basis, safe=':')}/status"
    try:
        answer = caller.send("GET", url, b"", key=key, answers=owner, seconds=SECONDS)
        told = json.loads(answer.body)
        if answer.status == 200 and told["id"] == basis:
            return str(told["state"])
    except (caller.Unreachable, caller.NotSigned, ValueError, KeyError, TypeError) as error:
        raise Problem("status_unreachable", retry_after=5) from error
    raise Problem("status_unreachable", retry_after=5)
