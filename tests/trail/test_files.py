"""The log's files: what is committed stands, whatever a power cut does to what is not."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minben.protocol import merkle, tiles
from minben.protocol.sparse_map import SparseMap
from minben.protocol.tiles import Tile
from minben.trail.log_files import BrokenLog, LogFiles
from minben.trail.map_file import MapFile, MapRoot

# A power cut at every byte.
pytestmark = pytest.mark.slow


def entries(first: int, count: int) -> list[bytes]:
    return [b"entry %d" % n * (n % 5) for n in range(first, first + count)]


def append(files: LogFiles, count: int) -> None:
    new = entries(files.size, count)
    files.append(new, [merkle.leaf_hash(entry) for entry in new])


def _use_all_of(files: LogFiles) -> None:
    append(files, 1)
    list(files.entries())
    files.root()


def plain(size: int) -> merkle.Node:
    return merkle.nodes_of([merkle.leaf_hash(entry) for entry in entries(0, size)])


def test_any_batches_give_the_tree_its_tiles_and_its_entries(tmp_path: Path) -> None:
    files, size = LogFiles(tmp_path, 0), 0
    for count in (1, 254, 1, 1, 300, 511, 3):
        append(files, count)
        size += count
        assert files.root() == merkle.root(size, plain(size))
    assert list(files.entries()) == entries(0, size)
    for index in (0, 255, 256, 511, 900, size - 1):
        assert files.entry(index) == entries(index, 1)[0]
        proof = merkle.inclusion_proof(index, size, files.node)
        assert proof == merkle.inclusion_proof(index, size, plain(size))
    for tile in tiles.tiles_of(size):
        found = files.tile(tile)
        assert found is not None
        assert len(found) == tile.width * 32
    bundle = files.tile(Tile(None, 4, size - 1024))
    assert bundle is not None
    assert tiles.unbundled(bundle) == entries(1024, size - 1024)
    assert files.tile(Tile(0, 4, size - 1023)) is None
    assert files.tile(Tile(2, 0, 1)) is None
    with pytest.raises(ValueError, match="no leaf"):
        files.entry(size)
    files.close()


def test_a_power_cut_at_every_byte_of_an_append_leaves_the_committed_log(tmp_path: Path) -> None:
    """Each file cut anywhere behind what was committed, or its unsynced blocks lost at random."""
    files = LogFiles(tmp_path, 0)
    append(files, 254)
    files.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    append(files := LogFiles(tmp_path, 254), 6)
    files.close()
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    chance = random.Random(3)
    cuts = [
        (name, size)
        for name in after
        for size in range(len(before.get(name, b"")), len(after[name]))
    ]
    for turn, (name, size) in enumerate(cuts):
        folder = tmp_path / f"cut{turn}"
        folder.mkdir()
        for other, data in after.items():
            torn = bytearray(data if other != name else data[:size])
            for at in range(len(before.get(other, b"")), len(torn)):
                if chance.random() < 0.3:
                    torn[at] = 0
            (folder / other).write_bytes(torn)
        again = LogFiles(folder, 254)
        assert again.root() == merkle.root(254, plain(254))
        append(again, 4)
        assert again.root() == merkle.root(258, plain(258))
        assert list(again.entries()) == entries(0, 258)
        again.close()


@pytest.mark.parametrize("name", ["level-0", "level-1", "entries", "bundles"])
def test_files_shorter_than_the_record_says_are_refused(tmp_path: Path, name: str) -> None:
    append(files := LogFiles(tmp_path, 0), 299)
    files.close()
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-1])
    broken = LogFiles(tmp_path, 299)
    with pytest.raises(BrokenLog):
        _use_all_of(broken)
    broken.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 40), st.integers(0, 255), max_size=12), max_size=5))
def test_the_map_file_gives_the_roots_and_proofs_of_the_map(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[int, int]]
) -> None:
    file = MapFile(tmp_path_factory.mktemp("map") / "map", writing=True)
    plain_map, root, versions = SparseMap({}), MapRoot(), []
    for batch in batches:
        values = {
            bytes([key % 3]) * 31 + bytes([key]): bytes([value]) * 32
            for key, value in batch.items()
        }
        root = file.update(root, values)
        file.flush()
        for key, value in values.items():
            plain_map.put(key, value)
        assert root.hash == plain_map.root
        versions.append((root, {key: plain_map.proof(key) for key in values}))
    for version, proofs in versions:  # older roots still prove what they proved
        for key, proof in proofs.items():
            assert file.proof(version, key) == proof
    assert root.keys == len({key for batch in batches for key in batch})
    file.close()
