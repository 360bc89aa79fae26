"""A signature is believed only on evidence that its person alone could give."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from fido2 import cbor
from fido2.cose import ES256, CoseKey, EdDSA
from hypothesis import given
from hypothesis import strategies as st

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol import evidence, jws
from minben.protocol.agreement import Agreement, Party, Rule, Signature
from minben.protocol.evidence import EvidenceError, Proven, number_digest
from minben.protocol.keys import PublicKey, SigningKey, b64, unb64

LOW, MEDIUM, HIGH = AssuranceLevel
NOW = datetime(2026, 11, 22, tzinfo=UTC)
IDP, FORGER = SigningKey.generate(), SigningKey.generate()
ORIGIN = "http://localhost:8000"
TIE = number_digest("salt", "L100000008")
TERMS = Agreement(
    parties=(Party("mother", "person:m", MEDIUM),),
    facts=(),
    rule=Rule.role("mother"),
    purpose=Text("審核", "to decide"),
    recipient="child-welfare",
    legal_basis="consent",
    valid_from=NOW,
    valid_until=NOW.replace(year=2027),
    nonce="n",
)
BARE = Signature(
    agreement=TERMS.id, verb="accept", by="person:m", at=NOW, assurance=MEDIUM,
    text_digest="sha-256:0",
)  # fmt: skip


def check(signature: Signature, terms: Agreement = TERMS) -> Proven:
    return evidence.verify(
        signature,
        terms,
        key_of=lambda key_id: IDP.public if key_id == IDP.key_id else None,
        rp_ids=("localhost",),
        origins=(ORIGIN,),
    )


def stated(signature: Signature = BARE, key: SigningKey = IDP, **changes: Any) -> Signature:
    claims = {
        "sub": signature.by,
        "digest": signature.digest,
        "acr": HIGH.acr,
        "amr": ["mobile_fido"],
        "number_digest": TIE,
        **changes,
    }
    token = jws.sign(claims, key=key, typ=evidence.SIGNATURE)
    return replace(signature, evidence={"kind": "idp", "statement": token, "salt": "salt"})


class Passkey:
    """A device in software: signs what a browser would hand to it."""

    def __init__(self, cose: CoseKey, sign: Callable[[bytes], bytes]) -> None:
        self.cose, self.sign = cose, sign

    @classmethod
    def es256(cls) -> "Passkey":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(
            ES256.from_cryptography_key(key.public_key()),
            lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())),
        )

    @classmethod
    def eddsa(cls) -> "Passkey":
        key = ed25519.Ed25519PrivateKey.generate()
        return cls(EdDSA.from_cryptography_key(key.public_key()), key.sign)

    def asserts(
        self,
        signature: Signature = BARE,
        *,
        enrolled: dict[str, Any] | None = None,
        client: dict[str, Any] | None = None,
        rp_id: str = "localhost",
        flags: int = 0x05,
        idp: SigningKey = IDP,
    ) -> Signature:
        claims = {
            "sub": signature.by,
            "credential_id": b64(b"credential"),
            "public_key": b64(cbor.encode(dict(self.cose))),
            "acr": HIGH.acr,
            "amr": ["citizen_certificate"],
            "number_digest": TIE,
            **(enrolled or {}),
        }
        told = {
            "type": "webauthn.get",
            "challenge": b64(signature.challenge),
            "origin": ORIGIN,
            "crossOrigin": False,
            **(client or {}),
        }
        authenticator = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + bytes(4)
        data = json.dumps(told).encode()
        signed = self.sign(authenticator + hashlib.sha256(data).digest())
        return replace(
            signature,
            evidence={
                "kind": "webauthn",
                "credential_id": b64(b"credential"),
                "authenticator_data": b64(authenticator),
                "client_data": b64(data),
                "signature": b64(signed),
                "enrolment": jws.sign(claims, key=idp, typ=evidence.ENROLMENT),
            },
        )


PASSKEY = Passkey.es256()


def test_the_identity_providers_statement_carries_a_signature() -> None:
    assert check(stated()) == Proven("idp", MEDIUM, TIE, "mobile_fido")


@pytest.mark.parametrize("passkey", [Passkey.es256(), Passkey.eddsa()], ids=["ES256", "EdDSA"])
def test_a_passkeys_assertion_carries_a_signature(passkey: Passkey) -> None:
    assert check(passkey.asserts()) == Proven("webauthn", MEDIUM, TIE, "citizen_certificate")


REVOKED = replace(BARE, verb="revoke")
BAD = {
    "no evidence": (BARE, "no known kind"),
    "a kind of one's own": (replace(BARE, evidence={"kind": "trust me"}), "no known kind"),
    "another agreement": (stated(replace(BARE, agreement="sha-256:1")), "another agreement"),
    "a stranger": (stated(replace(BARE, by="person:x")), "nobody whom"),
    "idp: unsigned": (stated(key=FORGER), "nobody who is trusted"),
    "idp: about somebody else": (stated(sub="person:x"), "something else"),
    "idp: about another verb": (stated(digest=REVOKED.digest), "something else"),
    "idp: too little assurance": (stated(acr=LOW.acr), "more assurance"),
    "idp: no assurance": (stated(acr="urn:x"), "lacks its level"),
    "idp: another type of statement": (
        replace(BARE, evidence={**PASSKEY.asserts().evidence, "kind": "idp",
                                "statement": PASSKEY.asserts().evidence["enrolment"]}),
        "type",
    ),
    "passkey: enrolled by nobody": (PASSKEY.asserts(idp=FORGER), "nobody who is trusted"),
    "passkey: somebody else's": (PASSKEY.asserts(enrolled={"sub": "person:x"}), "else's"),
    "passkey: another one": (
        PASSKEY.asserts(enrolled={"credential_id": b64(b"other")}),
        "another passkey",
    ),
    "passkey: another key": (
        PASSKEY.asserts(enrolled={"public_key": b64(cbor.encode(dict(Passkey.es256().cose)))}),
        "does not fit",
    ),
    "passkey: no key": (PASSKEY.asserts(enrolled={"public_key": b64(b"\x01")}), "cannot be read"),
    "passkey: an unknown kind of key": (
        PASSKEY.asserts(enrolled={"public_key": b64(cbor.encode({1: 2, 3: -999}))}),
        "not supported",
    ),
    "passkey: signed something else": (
        PASSKEY.asserts(client={"challenge": b64(REVOKED.challenge)}),
        "something else",
    ),
    "passkey: for another site": (
        PASSKEY.asserts(client={"origin": "https://evil.example"}),
        "another web site",
    ),
    "passkey: framed by another site": (PASSKEY.asserts(client={"crossOrigin": True}), "another"),
    "passkey: registering, not signing": (
        PASSKEY.asserts(client={"type": "webauthn.create"}),
        "another purpose",
    ),
    "passkey: another relying party": (PASSKEY.asserts(rp_id="evil.example"), "another web site"),
    "passkey: nobody verified": (PASSKEY.asserts(flags=0x01), "verify its person"),
    "passkey: nobody present": (PASSKEY.asserts(flags=0x04), "verify its person"),
    "passkey: more than medium": (PASSKEY.asserts(replace(BARE, assurance=HIGH)), "more assur"),
    "passkey: enrolled with too little": (
        PASSKEY.asserts(enrolled={"acr": LOW.acr}),
        "more assurance",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_evidence_is_refused(name: str) -> None:
    signature, why = BAD[name]
    with pytest.raises(EvidenceError, match=why):
        check(signature)


def test_a_recorded_representative_signs_for_the_child() -> None:
    child = Party("child", "person:c", LOW, "person:m", "guardian")
    told = {**TERMS.to_json(), "parties": [], "rule": {"role": "child"}}
    told["parties"] = [
        {
            "role": "child",
            "subject": child.subject,
            "assurance": "low",
            "representative": child.representative,
            "authority": child.authority,
        }
    ]
    terms = Agreement.from_json(told)
    assert check(stated(replace(BARE, agreement=terms.id)), terms).number_digest == TIE
    with pytest.raises(EvidenceError, match="nobody whom"):
        check(stated(replace(BARE, agreement=terms.id, by="person:c")), terms)
    own = replace(BARE, agreement=terms.id, by="person:c", verb="revoke")
    assert check(stated(own), terms).kind == "idp"


@given(st.sampled_from(["authenticator_data", "client_data", "signature", "enrolment"]),
       st.integers(0, 10_000), st.integers(1, 255))  # fmt: skip
def test_no_changed_byte_passes(field: str, place: int, change: int) -> None:
    good = PASSKEY.asserts()
    if field == "enrolment":
        letters = list(good.evidence[field])
        place %= len(letters)
        letters[place] = "A" if letters[place] != "A" else "B"
        changed = "".join(letters)
    else:
        raw = bytearray(unb64(good.evidence[field]))
        raw[place % len(raw)] ^= change
        changed = b64(bytes(raw))
    with pytest.raises(EvidenceError):
        check(replace(good, evidence={**good.evidence, field: changed}))


@pytest.mark.parametrize("promise", [0x40, 0x80, 0xC0])
def test_authenticator_data_that_promises_more_than_it_holds_is_refused(promise: int) -> None:
    good = PASSKEY.asserts()
    raw = bytearray(unb64(good.evidence["authenticator_data"]))
    raw[32] |= promise  # the flags: attested key, extensions, both; nothing follows
    with pytest.raises(EvidenceError, match="cannot be read"):
        check(replace(good, evidence={**good.evidence, "authenticator_data": b64(bytes(raw))}))


FIELDS = st.sampled_from(["kind", "statement", "enrolment", "client_data"])
SCRAPS = st.none() | st.text() | st.integers()


@given(st.recursive(SCRAPS, lambda inner: st.dictionaries(FIELDS, inner), max_leaves=6))
def test_no_nonsense_crashes_the_checker(nonsense: Any) -> None:
    told = nonsense if isinstance(nonsense, dict) else {"kind": "webauthn", "enrolment": nonsense}
    with pytest.raises(EvidenceError):
        check(replace(BARE, evidence=told))


def test_the_key_finder_is_never_given_the_chance_to_trust_by_name() -> None:
    asked: list[str] = []

    def finder(key_id: str) -> PublicKey | None:
        asked.append(key_id)
        return None

    with pytest.raises(EvidenceError):
        evidence.verify(stated(), TERMS, key_of=finder, rp_ids=(), origins=())
    assert asked == [IDP.key_id]
