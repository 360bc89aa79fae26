"""The map: one value per key, proven, whatever came before."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from minben.protocol.sparse_map import EMPTY, MapProof, SparseMap, verify_map


def hashed(word: object) -> bytes:
    return hashlib.sha256(repr(word).encode()).digest()


# Keys that share long beginnings are the hard case.
near = st.builds(lambda head, tail: head + b"\x00" * 29 + tail, st.binary(min_size=1, max_size=1),
                 st.binary(min_size=2, max_size=2))  # fmt: skip
keys = st.one_of(near, st.integers(0, 40).map(hashed))
changes = st.lists(st.tuples(keys, st.integers(0, 3).map(hashed)), max_size=40)


@given(changes, st.lists(keys, max_size=5))
def test_every_key_is_proven_with_its_last_value_and_others_absent(
    puts: list[tuple[bytes, bytes]], others: list[bytes]
) -> None:
    nodes: dict[bytes, bytes] = {}
    built = SparseMap(nodes)
    for key, value in puts:
        built.put(key, value)
    truth = dict(puts)
    for key in [*truth, *others]:
        proof = built.proof(key)
        assert verify_map(built.root, key, truth.get(key), proof)
        assert not verify_map(built.root, key, hashed("another"), proof)
        assert key not in truth or not verify_map(built.root, key, None, proof)


@given(changes)
def test_the_root_depends_on_what_it_holds_not_on_how_it_came_there(
    puts: list[tuple[bytes, bytes]],
) -> None:
    one, two = SparseMap({}), SparseMap({})
    for key, value in puts:
        one.put(key, value)
    for key, value in sorted(dict(puts).items(), reverse=True):
        two.put(key, value)
    assert one.root == two.root


@given(changes)
def test_the_store_keeps_exactly_the_newest_map(puts: list[tuple[bytes, bytes]]) -> None:
    nodes: dict[bytes, bytes] = {}
    built = SparseMap(nodes)
    for key, value in puts:
        built.put(key, value)
    reachable = set()
    for hashes in built.steps(dict(puts)):
        reachable |= hashes
    fresh: dict[bytes, bytes] = {}
    again = SparseMap(fresh)
    for key, value in dict(puts).items():
        again.put(key, value)
    assert nodes == fresh
    assert reachable <= set(nodes)


def test_an_empty_map_proves_every_absence() -> None:
    assert verify_map(EMPTY, hashed("k"), None, MapProof((), None))


def test_a_leaf_from_another_path_proves_nothing() -> None:
    built = SparseMap({})
    left, right = b"\x00" * 32, b"\xff" * 32
    built.put(left, hashed(1))
    built.put(right, hashed(2))
    proof = built.proof(left)
    assert not verify_map(built.root, right, None, proof)
