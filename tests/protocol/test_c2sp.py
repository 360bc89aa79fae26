"""The formats of C2SP, against the examples of their specifications and of other people's code."""

# ruff: noqa: E501 - notes are lines

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minben.protocol import checkpoint, cosignature, merkle, tiles
from minben.protocol.add_checkpoint import AddCheckpoint, Refusal, judge
from minben.protocol.checkpoint import Head
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.signed_note import (
    COSIGNATURE,
    NoteError,
    NoteKey,
    NoteSignature,
    SignedNote,
    with_signatures,
)
from minben.protocol.tiles import Tile
from minben.protocol.tlog_policy import Policy, PolicyError
from minben.protocol.tlog_proof import ProofError, TlogProof

LOG, FIRST, SECOND = SigningKey(bytes(range(32))), SigningKey(b"1" * 32), SigningKey(b"2" * 32)
ORIGIN = "example.org/trail"
KEY = NoteKey(ORIGIN, LOG.public)
W1 = NoteKey("example.org/w1", FIRST.public, COSIGNATURE)
W2 = NoteKey("example.org/w2", SECOND.public, COSIGNATURE)
POLICY = f"""
# the log, two witnesses, and both of them
log {KEY.text} https://example.org/trail
witness one {W1.text} http://localhost:8031/
witness\ttwo {W2.text}
group both all one two
quorum both
"""


def tree(size: int) -> merkle.Node:
    return merkle.nodes_of([merkle.leaf_hash(b"%d" % n) for n in range(size)])


def note_of(size: int, *, key: SigningKey = LOG, leaves: merkle.Node | None = None) -> str:
    node = leaves or tree(size)
    return checkpoint.sign(Head(ORIGIN, size, merkle.root(size, node)), key)


def cosigned(note: str, *witnesses: tuple[NoteKey, SigningKey], at: int = 1_700_000_000) -> str:
    text = SignedNote.read(note).text
    lines = [cosignature.cosign(text, name=w.name, key=key, at=at).line for w, key in witnesses]
    return with_signatures(note, lines)


# ---- signed-note -------------------------------------------------------------------------


def test_the_specifications_example_note_verifies_under_its_example_key() -> None:
    key = NoteKey.from_text(
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    )
    note = (
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi"
        "2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert SignedNote.read(note).signed_by(key)
    assert SignedNote.read(note).note == note
    with pytest.raises(NoteError, match="false"):
        SignedNote.read(note.replace("example message", "other message")).signed_by(key)


def test_empty_lines_belong_to_the_text_and_unknown_signatures_are_carried_along() -> None:
    note = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera."
        "\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrM"
        "ouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    )
    signed = SignedNote.read(note)
    assert signed.text.endswith("\n\ned è subito sera.\n")
    assert not signed.signed_by(KEY)


@pytest.mark.parametrize(
    "note",
    ["", "a\n", "a\n\n", "a\n\n— n\n", "a\n\n— n AAAA\n", "a\n\n- n AAAAAAA=\n", "a\n\n— n AAAAAAA=",
     "a\n\n— n+m AAAAAAA=\n", "a\x00\n\n— n AAAAAAA=\n", "a\n\n— n AAAAAAB=\n", "a\n\n—  AAAAAAA=\n"],
)  # fmt: skip
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        SignedNote.read(note)


def test_a_witness_key_is_not_a_logs_key() -> None:
    with pytest.raises(NoteError):
        NoteKey.from_text(W1.text)
    assert NoteKey.from_text(W1.text, kind=COSIGNATURE) == W1


# ---- tlog-cosignature --------------------------------------------------------------------


def test_a_cosignature_says_when_under_the_message_of_the_specification() -> None:
    note = note_of(5)
    signed = SignedNote.read(cosigned(note, (W1, FIRST), at=1679315147))
    line = signed.signatures[1]
    said = f"cosignature/v1\ntime 1679315147\n{signed.text}".encode()
    assert FIRST.public.verify(line.signature[8:], said)
    assert line.signature[:8] == (1679315147).to_bytes(8, "big")
    assert line.hash == hashlib.sha256(b"example.org/w1\n\x04" + FIRST.public.raw).digest()[:4]
    assert cosignature.cosigned_at(signed, W1) == 1679315147
    assert cosignature.cosigned_at(signed, W2) is None


def test_a_cosignature_with_another_time_or_under_another_head_is_false() -> None:
    good = SignedNote.read(cosigned(note_of(5), (W1, FIRST)))
    line = good.signatures[1]
    later = NoteSignature(line.name, line.hash, b"\x00" * 7 + b"\x01" + line.signature[8:])
    for wrong in (
        SignedNote(good.text, (later,)),
        SignedNote(SignedNote.read(note_of(6)).text, (line,)),
        SignedNote(good.text, (NoteSignature(line.name, line.hash, line.signature[:-1]),)),
    ):
        with pytest.raises(NoteError):
            cosignature.cosigned_at(wrong, W1)


# ---- tlog-policy -------------------------------------------------------------------------


def test_the_quorum_decides_how_many_witnesses_are_enough() -> None:
    policy = Policy.read(POLICY)
    note = note_of(5)
    both = cosigned(note, (W1, FIRST), (W2, SECOND))
    head, cosigners = policy.check(both)
    assert (head.size, set(cosigners)) == (5, {"one", "two"})
    for too_few in (note, cosigned(note, (W1, FIRST)), cosigned(note, (W1, SECOND))):
        with pytest.raises(NoteError):
            policy.check(too_few)
    either = Policy.read(POLICY.replace("all", "any"))
    assert either.check(cosigned(note, (W2, SECOND)))[0] == head
    assert Policy.read(POLICY.replace("quorum both", "quorum none")).check(note)[0] == head
    assert policy.urls["one"] == "http://localhost:8031/"


def test_groups_of_groups_count_as_the_specification_says() -> None:
    keys = {f"{side}{n}": SigningKey(f"{side}{n}".encode() * 16) for side in "XY" for n in "123"}
    lines = [
        f"witness {name} {NoteKey(name, key.public, COSIGNATURE).text}"
        for name, key in keys.items()
    ]
    lines += [
        "group X 2 X1 X2 X3",
        "group Y any Y1 Y2 Y3",
        "group all-of all X Y",
        "quorum all-of",
    ]
    policy = Policy.read("\n".join(lines))
    assert policy.is_met_by({"X1", "X3", "Y2"})
    assert not policy.is_met_by({"X1", "X2", "X3"})
    assert not policy.is_met_by({"X1", "Y1", "Y2", "Y3"})


@pytest.mark.parametrize(
    ("change", "to"),
    [("quorum both", ""), ("quorum both", "quorum nobody"), ("group both all", "group both 3"),
     ("group both all", "group both 0"), ("group both all", "group none all"), ("all one two", "all"),
     ("all one two", "all one one"), ("all one two", "all one three"), ("two ", "one "),
     ("quorum both", "quorum both\nquorum both"), ("log ", "logs "), ("\t", "\x0b"),
     (W2.text, W1.text), (W2.text, KEY.text), (W2.text, W2.text[:-4])],
)  # fmt: skip
def test_a_policy_that_is_none_is_refused(change: str, to: str) -> None:
    assert change in POLICY
    with pytest.raises(PolicyError):
        Policy.read(POLICY.replace(change, to))


# ---- tlog-witness ------------------------------------------------------------------------

SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = PublicKey(
    bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
)
# The requests of torchwood's litewitness tests (cmd/litewitness/testdata/litewitness.txt, ISC).
AT_1 = f"{SIGSUM}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— {SIGSUM} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=\n"
AT_3 = f"{SIGSUM}\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n\n— {SIGSUM} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=\n"
AT_5 = f"{SIGSUM}\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n— {SIGSUM} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=\n"
TO_3 = (
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nKgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
)
TO_5 = (
    "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nKgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=\nKgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
)


def test_other_peoples_requests_are_judged_as_the_protocol_says() -> None:
    keys, seen = {SIGSUM: NoteKey(SIGSUM, SIGSUM_KEY)}, {}

    def answer(body: str) -> int | str:
        try:
            seen[SIGSUM] = judge(AddCheckpoint.read(body), keys=keys, seen=seen)
        except Refusal as refusal:
            return refusal.why if refusal.status == 409 else refusal.status
        return 200

    assert answer(f"old 0\n\n{AT_1}") == 200
    assert answer(f"old 1\n{TO_3}\n{AT_3.replace('dFbwFAy', 'dFbwFAz')}") == 403
    assert answer(f"old 1\n{TO_3}\n{AT_3.replace('e562', 'e563')}") == 404
    assert answer(f"old 1\n\n{AT_3}") == 422
    assert answer(f"old 1\n{TO_3.replace('KgI', 'KgJ')}\n{AT_3}") == 422
    assert answer(f"old 1\n{TO_3}\n{AT_3}") == 200
    assert answer(f"old 1\n{TO_3}\n{AT_5}") == "3\n"
    assert answer(f"old 3\n{TO_5}\n{AT_5}") == 200
    assert answer(f"old 0\n\n{AT_5}") == "5\n"
    assert answer(f"old 5\n\n{AT_5}") == 200


def request(old: int, size: int) -> str:
    proof = merkle.consistency_proof(old, size, tree(size)) if old else []
    return AddCheckpoint(old, tuple(proof), note_of(size)).text


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40))
def test_a_log_that_grows_is_cosigned_from_every_size_to_every_size(old: int, more: int) -> None:
    size = old + more
    seen = {ORIGIN: Head(ORIGIN, old, merkle.root(old, tree(old)))}
    head = judge(AddCheckpoint.read(request(old, size)), keys={ORIGIN: KEY}, seen=seen)
    assert (head.size, head.root) == (size, merkle.root(size, tree(size)))


def test_two_trees_of_one_size_are_a_split_view() -> None:
    other = merkle.nodes_of([merkle.leaf_hash(b"other")] * 9)
    seen = {ORIGIN: Head(ORIGIN, 9, merkle.root(9, tree(9)))}
    for old, status in ((9, 422), (4, 409)):
        split = AddCheckpoint(old, (), note_of(9, leaves=other))
        with pytest.raises(Refusal) as refused:
            judge(split, keys={ORIGIN: KEY}, seen=seen)
        assert (refused.value.status, refused.value.is_split) == (status, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("old 0\n", 400), ("old -1\n\n", 400), ("old 00\n\n", 400), ("new 0\n\n", 400),
     (f"old 0\nAAAA\n\n{note_of(3)}", 400), (f"old 4\n\n{note_of(3)}", 400), ("old 0\n\nx\n", 400),
     (f"old 0\n{'A' * 43}=\n\n{note_of(3)}", 422), (f"old 0\n\n{note_of(3, key=FIRST)}", 403),
     ("old 3\n" + f"{'A' * 43}=\n" * 64 + f"\n{note_of(3)}", 400),
     (f"old 0\n\n{note_of(3).replace(ORIGIN, 'example.org/other')}", 404)],
)  # fmt: skip
def test_each_wrong_request_has_its_status(body: str, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        judge(AddCheckpoint.read(body), keys={ORIGIN: KEY}, seen={})
    assert refused.value.status == status


# ---- tlog-proof --------------------------------------------------------------------------


def test_a_proof_is_a_file_that_verifies_under_a_policy() -> None:
    note = cosigned(note_of(11), (W1, FIRST), (W2, SECOND))
    proof = TlogProof(7, tuple(merkle.inclusion_proof(7, 11, tree(11))), note, b"beside")
    assert TlogProof.read(proof.text) == proof
    policy = Policy.read(POLICY)
    assert proof.verify(b"7", policy).size == 11
    with pytest.raises(ProofError, match="not in this tree"):
        proof.verify(b"8", policy)
    with pytest.raises(NoteError, match="few"):
        TlogProof(7, proof.path, note_of(11)).verify(b"7", policy)


def test_proofs_are_written_as_others_write_them() -> None:
    """transparency-dev/formats, proof/tlog_proof_test.go."""
    h1, h2 = hashlib.sha256(b"hash1").digest(), hashlib.sha256(b"hash2").digest()
    l1, l2 = base64.b64encode(h1).decode(), base64.b64encode(h2).decode()
    first = "c2sp.org/tlog-proof@v1\n"
    assert TlogProof(5, (h1, h2), "note\n").text == f"{first}index 5\n{l1}\n{l2}\n\nnote\n"
    assert TlogProof(0, (), "note\n").text == f"{first}index 0\n\nnote\n"
    extra = base64.b64encode(b"extra information").decode()
    told = TlogProof(10, (h1,), "note\n", b"extra information").text
    assert told == f"{first}extra {extra}\nindex 10\n{l1}\n\nnote\n"


@pytest.mark.parametrize(
    "text",
    ["wrong-header\nindex 0\n\nnote\n", "extra !!\nindex 0\n\nnote\n", "\n\nnote\n", "index x\n\nn\n",
     "index -5\n\nnote\n", "index 0\n!!\n\nnote\n", f"index 0\n{'A' * 86}==\n\nn\n", "index 01\n\nn\n"],
)  # fmt: skip
def test_what_is_no_proof_is_refused(text: str) -> None:
    start = "" if text.startswith("wrong") else "c2sp.org/tlog-proof@v1\n"
    with pytest.raises(ProofError):
        TlogProof.read(start + text)


# ---- tlog-tiles --------------------------------------------------------------------------


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(None, 5, 17).path == "tile/entries/005.p/17"
    assert Tile(2, 0, 1).path == "tile/2/000.p/1"
    for path in ("tile/00/000", "tile/64/000", "tile/0/1", "tile/0/x000/001", "tile/0/000.p/256",
                 "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/001/000", "tile/data/000", ""):  # fmt: skip
        with pytest.raises(ValueError, match="path"):
            Tile.of_path(path)


@given(st.integers(0, 63), st.integers(0, 10**10), st.integers(1, 256))
def test_a_path_is_read_back(level: int, index: int, width: int) -> None:
    for tile in (Tile(level, index, width), Tile(None, index, width)):
        assert Tile.of_path(tile.path) == tile


def test_a_tree_of_70_000_has_the_tiles_of_the_specification() -> None:
    found = list(tiles.tiles_of(70_000))
    by_level = {level: [t.width for t in found if t.level == level] for level in range(4)}
    assert by_level == {0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}
    assert [t.path for t in tiles.tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert all(tile.is_of(70_000) for tile in found)
    for absent in (Tile(0, 273), Tile(0, 273, 111), Tile(0, 274, 1), Tile(3, 0, 1), Tile(1, 1)):
        assert not absent.is_of(70_000)


def test_every_proof_comes_from_the_tiles_alone() -> None:
    size, leaves = 700, [merkle.leaf_hash(b"%d" % n) for n in range(700)]
    plain = merkle.nodes_of(leaves)
    levels = [b"".join(leaves), b"".join(plain(8, n) for n in range(size >> 8))]
    node = tiles.node_from(
        lambda level, first, count: levels[level][first * 32 : (first + count) * 32]
    )
    assert merkle.root(size, node) == merkle.root(size, plain)
    for index in (0, 255, 256, 511, 512, 699):
        assert merkle.inclusion_proof(index, size, node) == merkle.inclusion_proof(
            index, size, plain
        )


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_are_read_back_and_torn_ones_are_not(entries: list[bytes]) -> None:
    bundle = tiles.bundled(entries)
    assert tiles.unbundled(bundle) == entries
    if entries:
        with pytest.raises(ValueError, match="within"):
            tiles.unbundled(bundle[:-1] if entries[-1] else bundle + b"\x00")


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(ValueError, match="65,535"):
        tiles.bundled([b"x" * 65_536])
