"""What a browser's passkey sends."""

import json
from typing import Any

from django.http import HttpRequest

from minben.base.refusal import Refused


def credential_in(request: HttpRequest) -> dict[str, Any]:
    """The passkey's answer in a form; Refused `identity.passkey_refused` when unreadable."""
    try:
        credential = json.loads(request.POST.get("credential", ""))
    except (ValueError, RecursionError):
        raise Refused("identity.passkey_refused") from None
    if not isinstance(credential, dict):
        raise Refused("identity.passkey_refused")
    return credential
