"""Published vectors: proofs of RFC 6962 and 9162, and the edge cases of Ed25519.

vectors/merkle.json: transparency-dev/merkle, testdata (417fb0c, Apache-2.0), without its subtrees.
vectors/ed25519_speccheck.json: novifinancial/ed25519-speccheck, cases.json (Apache-2.0), from
"Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020).
vectors/structured_fields.json: httpwg/structured-field-tests (1e280c3, IETF Trust licence), the
dictionaries that RFC 9651 reads, with their values.
"""

import json
from base64 import b32decode, b64decode
from pathlib import Path

import http_sf
import pytest

from minben.protocol import merkle
from minben.protocol.keys import PublicKey
from minben.protocol.signature_base import Message

VECTORS = Path(__file__).with_name("vectors")
PROOFS = json.loads((VECTORS / "merkle.json").read_text())
DICTIONARIES = json.loads((VECTORS / "structured_fields.json").read_text())
CASES = json.loads((VECTORS / "ed25519_speccheck.json").read_text())


def hashes(proof: list[str] | None) -> list[bytes]:
    return [b64decode(one) for one in proof or []]


def test_every_published_inclusion_proof_is_judged_as_published() -> None:
    for index, size, root, leaf, proof, is_wrong, why in PROOFS["inclusion"]:
        found = merkle.verify_inclusion(
            index, size, b64decode(leaf), hashes(proof), b64decode(root)
        )
        assert found is not is_wrong, why


def test_every_published_consistency_proof_is_judged_as_published() -> None:
    """Except from the empty tree, of which every tree is a continuation: we ask for a proof."""
    for old, size, old_root, root, proof, is_wrong, why in PROOFS["consistency"]:
        found = merkle.verify_consistency(
            old, size, b64decode(old_root), b64decode(root), hashes(proof)
        )
        assert found is (not is_wrong and old > 0), why


# Small order of key or nonce (0–2), a mixed order that only the group equation with a cofactor
# takes (4, 5), S not below the order (6, 7), points not in their one form (8–11). 3 is honest
# but for a component of mixed order in both, which cancels out.
@pytest.mark.parametrize("number", range(12))
def test_of_the_speccheck_cases_only_the_honest_one_verifies(number: int) -> None:
    message, key, signature = map(bytes.fromhex, CASES[number])
    assert PublicKey(key).verify(signature, message) is (number == 3)


def test_a_member_of_a_published_dictionary_is_read_as_the_standard_reads_it() -> None:
    """We never read another value. Members without a value and keys that stand twice, of which
    the standard takes the last, are nothing that a signature could stand on: refused.
    """
    for name, lines, members in DICTIONARIES:
        message = Message(headers={"x": ", ".join(lines)})
        keys = [part.strip().partition("=")[0] for line in lines for part in line.split(",")]
        for key, expected in members:
            read = message.dictionary_member("x", key)
            if read is None:
                assert expected[0] is True or keys.count(key) > 1, name
            else:
                kind = "list" if isinstance(expected[0], list) else "item"
                found = http_sf.parse(read.encode(), tltype=kind)
                assert plain(found[0] if kind == "list" else found) == plain(expected), (name, key)


def plain(value: object) -> object:
    """A parsed value, the library's or the vectors', in one form."""
    match value:
        case {"__type": "binary", "value": str(text)}:
            return b32decode(text)
        case {"__type": "token", "value": str(text)}:
            return text
        case dict():
            return [[key, plain(one)] for key, one in value.items()]
        case list() | tuple():
            return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value
