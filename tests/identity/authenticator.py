"""A passkey in software: what a phone would do, so that wrong ones can be made too."""

import hashlib
import json
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from minben.protocol.keys import b64, unb64

UP, UV, AT = 0x01, 0x04, 0x40


class SoftPasskey:
    """One credential for one web site."""

    def __init__(self, origin: str = "http://localhost:8000", rp_id: str = "localhost") -> None:
        self.origin, self.rp_id = origin, rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.cose = ES256.from_cryptography_key(self.key.public_key())
        self.user_handle = b""

    @property
    def credential_id(self) -> str:
        return b64(self.id)

    @property
    def public_key(self) -> str:
        return b64(cbor.encode(dict(self.cose)))

    def create(self, options: dict) -> dict:
        """What `navigator.credentials.create` gives, as JSON."""
        told = options["publicKey"]
        self.user_handle = unb64(told["user"]["id"])
        client = self._client("webauthn.create", told["challenge"])
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, self.cose)
        data = AuthenticatorData.create(self._rp(), UP | UV | AT, 0, credential)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        return {
            "id": self.credential_id,
            "rawId": self.credential_id,
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {"clientDataJSON": b64(client), "attestationObject": b64(attestation)},
        }

    def get(self, challenge: str, *, flags: int = UP | UV, origin: str | None = None) -> dict:
        """What `navigator.credentials.get` gives, as JSON."""
        client = self._client("webauthn.get", challenge, origin)
        data = bytes(AuthenticatorData.create(self._rp(), flags, 1))
        signed = data + hashlib.sha256(client).digest()
        return {
            "id": self.credential_id,
            "rawId": self.credential_id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(self.key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": b64(self.user_handle),
            },
        }

    def _rp(self) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest()

    def _client(self, kind: str, challenge: str, origin: str | None = None) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": origin or self.origin}
        return json.dumps(told | {"crossOrigin": False}).encode()
