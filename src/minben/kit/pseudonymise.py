"""Asking the pseudonym authority, so that an export names nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from minben.kit import caller
from minben.kit.folder import AgencyFolder
from minben.kit.problems import Problem
from minben.kit.types import JSON

BATCH = 20_000
SECONDS = 60.0


def ask(
    folder: AgencyFolder,
    mandate: Mapping[str, JSON],
    signature: Mapping[str, JSON],
    numbers: Sequence[str],
) -> dict[str, str]:
    """Number → pseudonym under the mandate's purpose; Problem when there is no answer."""
    names: dict[str, str] = {}
    for start in range(0, len(numbers), BATCH):
        batch = list(numbers[start : start + BATCH])
        body = {"mandate": dict(mandate), "signature": dict(signature), "numbers": batch}
        names.update(zip(batch, _post(folder, body), strict=True))
    return names


def _post(folder: AgencyFolder, value: Mapping[str, object]) -> list[str]:
    trust = folder.trust
    authority = trust.pseudonym_authority_key
    if authority is None:
        raise Problem("pseudonyms_unreachable", retry_after=60)
    url, body = f"{trust.pseudonym_authority_url}/pseudonyms", json.dumps(value).encode()
    try:
        answer = caller.send("POST", url, body, key=folder.key, answers=authority, seconds=SECONDS)
        if answer.status == 200:
            return [str(name) for name in json.loads(answer.body)["pseudonyms"]]
    except (caller.Unreachable, caller.NotSigned, ValueError, KeyError, TypeError) as error:
        raise Problem("pseudonyms_unreachable", retry_after=10) from error
    raise Problem("pseudonyms_unreachable", retry_after=10)
