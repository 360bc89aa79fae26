"""Time stamps (RFC 3161): whether an authority that the verifier trusts stamped this text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response


def read_roots(path: Path) -> list[x509.Certificate]:
    """The authorities that the verifier trusts, as a PEM file; ValueError when it is none."""
    return x509.load_pem_x509_certificates(path.read_bytes())


def stamped_at(token: bytes, text: bytes, roots: list[x509.Certificate]) -> datetime | None:
    """When the text was stamped; None when no trusted authority stamped exactly this text."""
    try:
        answer = decode_timestamp_response(token)
        VerifierBuilder(roots=list(roots)).build().verify_message(answer, text)
        return answer.tst_info.gen_time.astimezone(UTC)
    except (VerificationError, ValueError):
        return None
