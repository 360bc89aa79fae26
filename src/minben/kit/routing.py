"""A recipient's way through the gateway: seal, sign, check both signatures, open.

Nobody between recipient and provider reads number or answer: the number is sealed to the
provider's key from the trust list, the answer to a key made for this one request.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from minben.kit import caller
from minben.kit.caller import Answered, NotSigned, Unreachable
from minben.kit.transfer import TransferRequest
from minben.protocol import trust_list
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.message import (
    LOGGED,
    ROUTED,
    MessageError,
    sign_request,
    verify_countersigned,
    verify_response,
)
from minben.protocol.sealing import SealError, SealingKey
from minben.protocol.trust_list import TrustError, TrustList


class NotListed(Exception):
    """The trust list names nobody who offers the data set sealed, or it cannot be had."""


@dataclass(frozen=True, slots=True)
class Routed:
    """經閘道之回覆 An answer that was checked and opened.

    `answered` is the signed response as it came, `opened` its content, `opened_with` the secret
    that opens it again (evidence for an auditor), `logged` where the gateway logged it.
    """

    answered: Answered
    opened: bytes
    opened_with: str
    logged: str


class Gateway:
    """閘道用戶端 One recipient's way: whose list it believes, through which gateway it asks."""

    def __init__(self, url: str, *, key: PublicKey, issuer: PublicKey) -> None:
        """`key` is the gateway's own, `issuer` the trust list's."""
        self._url, self._key, self._issuer = url.rstrip("/"), key, issuer
        self._list: TrustList | None = None

    def trust(self) -> TrustList:
        """The current list, pulled when the held one has ended; NotListed when there is none."""
        now = datetime.now(UTC)
        if self._list is None or now >= self._list.until - trust_list.LASTS / 2:
            self._list = self._pulled(now)
        return self._list

    def ask(self, request: TransferRequest, *, key: SigningKey, seconds: float = 15.0) -> Routed:
        """Send a transfer; raises Unreachable, NotSigned or NotListed.

        Refusals and 202 come back with their status: `opened` is then the body as it is.
        """
        trust = self.trust()
        found = trust.data_set(request.data_set)
        if found is None or found[0].sealing_key is None:
            raise NotListed(request.data_set)
        secret = SealingKey.generate()
        sealed = replace(request, answer_key=secret.public).sealed_json(found[0].sealing_key)
        body = json.dumps(sealed, ensure_ascii=False).encode()
        url = f"{self._url}/{request.data_set}"
        headers = sign_request(
            method="POST",
            url=url,
            headers={},
            body=body,
            key=key,
            created=datetime.now(UTC),
            nonce=secrets.token_urlsafe(16),
            covered=ROUTED,
        )
        status, back, content = caller.call("POST", url, body, headers, seconds)
        answered = Answered(status, back, content, headers)
        self._check(answered, found[0].party, trust)
        if status != 200:
            return Routed(answered, content, "", "")
        try:
            opened = secret.open(
                content.decode("ascii"), about=request.transfer, reader=request.recipient
            )
        except (SealError, UnicodeDecodeError) as error:
            raise NotSigned("the answer was not sealed to this request's key") from error
        return Routed(answered, opened, secret.text, back[LOGGED])

    def _check(self, answered: Answered, provider: str, trust: TrustList) -> None:
        """The gateway's signature on every answer, the provider's on each that is its own."""
        now = datetime.now(UTC)
        told: dict[str, Any] = {
            "status": answered.status,
            "headers": answered.headers,
            "body": answered.body,
            "now": now,
            "request_headers": answered.request_headers,
        }

        def provider_key(key_id: str) -> PublicKey | None:
            known = trust.party_of(key_id, at=now)
            return known[1] if known is not None and known[0] == provider else None

        try:
            verify_countersigned(key_of={self._key.key_id: self._key}.get, **told)
            if answered.status == 200 or "minben=" in answered.headers["signature-input"]:
                verify_response(key_of=provider_key, **told)
        except MessageError as error:
            raise NotSigned(str(error)) from error

    def _pulled(self, now: datetime) -> TrustList:
        newest = 0 if self._list is None else self._list.serial
        try:
            status, _, content = caller.call("GET", f"{self._url}/trust-list", b"", {}, 5.0)
            if status == 200:
                token = content.decode("ascii")
                return trust_list.read(token, issuer=self._issuer, now=now, newest=newest)
        except (Unreachable, NotSigned, TrustError, UnicodeDecodeError) as error:
            raise NotListed("no trust list") from error
        raise NotListed("no trust list")
