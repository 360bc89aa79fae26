"""The tree: published vectors of Certificate Transparency, and every small tree by brute force."""

import hashlib

from minben.protocol import merkle
from minben.protocol.merkle import Node, leaf_hash, node_hash, nodes_of

# The RFC 6962 reference vectors (also in Trillian and sigstore).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LEAVES += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    0: """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
          5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
          6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    5: """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
          ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
          d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
}
CONSISTENCY = {
    (1, 8): INCLUSION[0],
    (6, 8): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
               ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
               d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 5): """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
               bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}


def published() -> Node:
    return nodes_of([leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES])


def small(size: int) -> list[bytes]:
    return [leaf_hash(bytes([n])) for n in range(size)]


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


def test_roots_are_the_published_ones() -> None:
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root(size, published()).hex() == expected
    assert merkle.root(0, published()) == hashlib.sha256(b"").digest()


def test_inclusion_proofs_are_the_published_ones() -> None:
    for index, expected in INCLUSION.items():
        proof = merkle.inclusion_proof(index, 8, published())
        assert [value.hex() for value in proof] == expected.split()


def test_consistency_proofs_are_the_published_ones() -> None:
    for (old, size), expected in CONSISTENCY.items():
        proof = merkle.consistency_proof(old, size, published())
        assert [value.hex() for value in proof] == expected.split()


def test_every_leaf_of_every_small_tree_can_be_proven_and_no_other() -> None:
    for size in range(1, 34):
        leaves = small(size)
        root = plain_root(leaves)
        assert merkle.root(size, nodes_of(leaves)) == root
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, nodes_of(leaves))
            assert merkle.verify_inclusion(index, size, leaves[index], proof, root)
            assert not merkle.verify_inclusion(index, size, leaf_hash(b"?"), proof, root)
            assert not merkle.verify_inclusion(index, size, leaves[index], [*proof, root], root)
            assert not proof or not merkle.verify_inclusion(
                index, size, leaves[index], proof[:-1], root
            )
            for other in range(size):
                assert other == index or not merkle.verify_inclusion(
                    other, size, leaves[index], proof, root
                )


def test_every_small_tree_continues_every_smaller_one_and_no_other() -> None:
    for size in range(1, 34):
        leaves = small(size)
        root = plain_root(leaves)
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(old, size, nodes_of(leaves))
            before = plain_root(leaves[:old])
            assert merkle.verify_consistency(old, size, before, root, proof)
            assert not merkle.verify_consistency(old, size, leaf_hash(b"?"), root, proof)
            assert not merkle.verify_consistency(old, size, before, leaf_hash(b"?"), proof)
            assert not merkle.verify_consistency(old, size, before, root, [*proof, root])
