"""WebAuthn ceremonies through django-allauth and fido2: enrol, sign in, sign.

What a passkey signs for an agreement has the agreement's statement digest as its challenge, so
the stored assertion is the person's own signature. User verification is always required.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialType,
    UserVerificationRequirement,
)

from minben.base.refusal import Refused
from minben.identity import models, queries
from minben.identity.types import Actor, PasskeyView
from minben.protocol.keys import b64

_FAULTS = (ValidationError, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """新通行金鑰 What a device has just made, before the identity provider binds it."""

    credential_id: str
    public_key: str
    rp_id: str
    response: Mapping[str, Any]


def begin_enrolment(actor: Actor) -> dict[str, Any]:
    """Options for `navigator.credentials.create`; the challenge is kept in the session."""
    user = models.User.objects.get(person__uuid=actor.person)
    return dict(auth.begin_registration(user, True))


def finish_enrolment(credential: Mapping[str, Any]) -> NewPasskey:
    """Check what the device made. Refused `identity.passkey_refused`."""
    try:
        auth.parse_registration_response(credential)
        data = auth.complete_registration(dict(credential))
    except _FAULTS:
        raise Refused("identity.passkey_refused") from None
    made = data.credential_data
    if made is None or not data.is_user_verified():
        raise Refused("identity.passkey_refused")
    return NewPasskey(
        credential_id=b64(made.credential_id),
        public_key=b64(cbor.encode(dict(made.public_key))),
        rp_id=str(auth.get_server().rp.id),
        response=dict(credential),
    )


def begin_sign_in() -> dict[str, Any]:
    """Options for `navigator.credentials.get` without saying who one is."""
    return dict(auth.begin_authentication(None))


def finish_sign_in(credential: Mapping[str, Any]) -> str:
    """Check the assertion; the id of the passkey used. Refused `identity.passkey_refused`."""
    try:
        auth.parse_authentication_response(credential)
        user = auth.extract_user_from_response(dict(credential))
        used = auth.complete_authentication(user, dict(credential))
    except (*_FAULTS, AttributeError):
        raise Refused("identity.passkey_refused") from None
    used.record_usage()
    return b64(used.wrap().authenticator_data.credential_data.credential_id)


def begin_signature(actor: Actor, challenge: bytes) -> dict[str, Any]:
    """Options for signing a 32-byte digest with one of the person's own passkeys.

    Refused `identity.no_passkey` when the person has none.
    """
    held = queries.passkeys_of(actor.person)
    if not held:
        raise Refused("identity.no_passkey")
    options, _ = auth.get_server().authenticate_begin(
        credentials=[_descriptor(passkey) for passkey in held],
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return dict(options)


def finish_signature(
    actor: Actor, challenge: bytes, credential: Mapping[str, Any]
) -> tuple[PasskeyView, dict[str, str]]:
    """Check an assertion over a digest; the passkey, and the evidence to store.

    Refused `identity.passkey_refused`: another's key, another digest, no user verification.
    """
    held = {passkey.credential_id: passkey for passkey in queries.passkeys_of(actor.person)}
    rows = Authenticator.objects.filter(user__username=str(actor.person), type="webauthn")
    known = [row.wrap().authenticator_data.credential_data for row in rows]
    state = {
        "challenge": websafe_encode(challenge),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
    try:
        answer = AuthenticationResponse.from_dict(dict(credential))
        used = auth.get_server().authenticate_complete(state, known, answer)
        passkey = held[b64(used.credential_id)]
    except _FAULTS:
        raise Refused("identity.passkey_refused") from None
    return passkey, {
        "kind": "webauthn",
        "credential_id": passkey.credential_id,
        "authenticator_data": b64(bytes(answer.response.authenticator_data)),
        "client_data": b64(bytes(answer.response.client_data)),
        "signature": b64(answer.response.signature),
        "enrolment": passkey.statement,
    }


def forget(request: HttpRequest) -> None:
    """Drop a ceremony that was begun and not finished."""
    request.session.pop(auth.STATE_SESSION_KEY, None)


def _descriptor(passkey: PasskeyView) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(passkey.credential_id)
    )
