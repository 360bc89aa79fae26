"""Answers time-stamp requests (RFC 3161) with a certificate of its own root."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.3.6.1.4.1.99999.1"  # of nobody: this authority is simulated
_YEARS = timedelta(days=3650)


class Authority:
    """時戳機構 A folder with `root.pem`, `tsa.pem` and the authority's key (0600)."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "key.pem").exists():
            _make(folder)
        pem = (folder / "key.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{folder / 'key.pem'}: expected an elliptic-curve key")
        self._key = key
        certificate = x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes())
        self._certificate = asn1.Certificate.load(
            certificate.public_bytes(serialization.Encoding.DER)
        )

    def answer(self, request: bytes, *, at: datetime) -> bytes:
        """A TimeStampResp in DER; one that rejects what is no request over a SHA-256 digest."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            is_known = imprint["hash_algorithm"]["algorithm"].native == "sha256"
            if not is_known or len(imprint["hashed_message"].native) != 32:
                raise ValueError("expected SHA-256")
        except (ValueError, TypeError, KeyError):
            status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_request"}})
            refused = status.dump()  # a sequence of nothing else, which the library cannot write
            return b"\x30" + bytes([len(refused)]) + bytes(refused)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": imprint,
                "serial_number": secrets.randbits(63),
                "gen_time": at.astimezone(UTC).replace(microsecond=0),
                "nonce": asked["nonce"],
            }
        )
        token = self._signed(info, with_certificate=bool(asked["cert_req"].native))
        status = tsp.PKIStatusInfo({"status": "granted"})
        return bytes(tsp.TimeStampResp({"status": status, "time_stamp_token": token}).dump())

    def _signed(self, info: tsp.TSTInfo, *, with_certificate: bool) -> cms.ContentInfo:
        content = info.dump()
        own = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(self._certificate.dump()).digest()})
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", cms.ContentType("tst_info")),
                _attribute("message_digest", core.OctetString(hashlib.sha256(content).digest())),
                _attribute(
                    "signing_certificate_v2",
                    tsp.SigningCertificateV2({"certs": [own]}),
                ),
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        issuer = cms.IssuerAndSerialNumber(
            {
                "issuer": self._certificate.issuer,
                "serial_number": self._certificate.serial_number,
            }
        )
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": signature,
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [sha256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [self._certificate] if with_certificate else [],
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _attribute(name: str, value: core.Asn1Value) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": name, "values": [value]})


def _make(folder: Path) -> None:
    """A root that signs one certificate for time stamping; the root's key is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        for text in ("Demo time-stamp root", "Demo time-stamp authority")
    ]
    root = _certificate(names[0], names[0], root_key, root_key, is_root=True)
    own = _certificate(names[1], names[0], key, root_key, is_root=False)
    for name, certificate in (("root.pem", root), ("tsa.pem", own)):
        (folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(folder / "key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_root: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    if not is_root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return made.sign(signer, hashes.SHA256())
