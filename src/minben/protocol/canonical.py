"""Canonical JSON (RFC 8785): one value, one row of bytes, one digest."""

import hashlib
from collections.abc import Mapping, Sequence

import rfc8785

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]


def canonical_json(value: object) -> bytes:
    """The only bytes that RFC 8785 allows for a JSON value.

    Raises ValueError for what JSON cannot carry: integers beyond ±(2⁵³−1), NaN, other types;
    and for what is nested too deeply.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except RecursionError as mistake:
        raise ValueError("nested too deeply to be anybody's word") from mistake


def digest(value: object) -> str:
    """`sha-256:<hex>` over the canonical JSON of a value: its name wherever it is referred to."""
    return f"sha-256:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def text_digest(zh: str, en: str) -> str:
    """The digest of a text shown in both languages, as a signature refers to it."""
    return digest({"zh": zh, "en": en})
