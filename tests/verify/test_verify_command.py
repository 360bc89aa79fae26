"""`minben verify`: what it answers, in which language, with which exit."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from minben.protocol import checkpoint, entry, merkle
from minben.protocol.checkpoint import Head
from minben.protocol.cosignature import cosign
from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import COSIGNATURE, NoteKey, SignedNote, with_signatures
from minben.protocol.sparse_map import SparseMap, proof_to_json
from minben.trail import log
from minben.trail.queries import whole_log
from minben.trail.sequencer import sequence_once
from minben.verify.check import check
from minben.verify.command import verify
from minben.verify.format import read
from minben.verify.words import words
from trail.story import bundle_of, use

Json = dict[str, Any]


@pytest.fixture
def person(db: None) -> UUID:
    subject = uuid4()
    for n in range(5):
        use(subject, n=n)
        use(uuid4())
        sequence_once()
    return subject


def run(folder: Path, told: object, *options: str) -> Result:
    path = folder / "bundle.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), "utf-8")
    return CliRunner().invoke(verify, [str(path), *options])


def test_a_sound_bundle_is_explained_in_both_languages(person: UUID, tmp_path: Path) -> None:
    key = log.public_key().text
    result = run(tmp_path, bundle_of(person), "--key", key)
    assert result.exit_code == 0, result.output
    assert "完整且未經更改。" in result.output
    assert "Complete and unchanged." in result.output
    assert "you have 5 entries" in result.output
    assert "It cannot prove" in result.output
    assert key not in result.output


def test_without_a_published_key_it_says_where_the_key_came_from(
    person: UUID, tmp_path: Path
) -> None:
    result = run(tmp_path, bundle_of(person))
    assert result.exit_code == 0
    assert f"Compare it with the published one: {log.public_key().text}" in result.output


def test_the_key_may_stand_in_a_file(person: UUID, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(log.public_key().text + "\n")
    assert run(tmp_path, bundle_of(person), "--key", str(path)).exit_code == 0


def test_a_broken_bundle_is_named_with_exit_1(person: UUID, tmp_path: Path) -> None:
    told = bundle_of(person)
    del told["entries"][2]
    result = run(tmp_path, told)
    assert result.exit_code == 1
    assert "Entry 3 was dropped." in result.output
    assert "第 3 項被抽掉。" in result.output
    answer = json.loads(run(tmp_path, told, "--json").output)
    assert answer["sound"] is False
    assert answer["findings"][0]["code"] == "dropped"


def test_another_logs_key_believes_nothing(person: UUID, tmp_path: Path) -> None:
    other = NoteKey(log.origin(), SigningKey.generate().public).text
    result = run(tmp_path, bundle_of(person), "--key", other)
    assert result.exit_code == 1
    assert "not signed by this key" in result.output


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "[" * 100_000, "\udcff"])
def test_what_is_no_bundle_cannot_be_read_with_exit_2(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(text, "utf-8", errors="surrogateescape")
    result = CliRunner().invoke(verify, [str(path)])
    assert result.exit_code == 2
    assert "This file cannot be read" in result.output


def test_a_missing_file_and_a_wrong_key_cannot_be_read(person: UUID, tmp_path: Path) -> None:
    assert CliRunner().invoke(verify, [str(tmp_path / "none")]).exit_code == 2
    assert run(tmp_path, bundle_of(person), "--key", "nonsense").exit_code == 2


def test_the_field_that_is_wrong_is_named(person: UUID, tmp_path: Path) -> None:
    told = bundle_of(person)
    told["entries"][1]["salt"] = "zz"
    assert "entries[1].salt" in run(tmp_path, told).output


def kept(tmp_path: Path, told: Json) -> tuple[str, str]:
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(told))
    return "--earlier", str(path)


def test_a_kept_bundle_bears_witness(person: UUID, tmp_path: Path) -> None:
    use(person, n=6)
    before = bundle_of(person)
    size = int(before["checkpoint"].split("\n")[1])
    sequence_once()
    use(person, n=7)
    sequence_once()
    now = bundle_of(person, older=size)
    good = run(tmp_path, now, *kept(tmp_path, before))
    assert good.exit_code == 0, good.output
    assert "still there, and the same" in good.output
    unlinked = run(tmp_path, bundle_of(person), *kept(tmp_path, before))
    assert f"download it again for size {size}" in unlinked.output
    lost = copy.deepcopy(before)
    lost["entries"][3]["leaf"] = "{}"
    assert "Entry 4 of the bundle you kept" in run(tmp_path, now, *kept(tmp_path, lost)).output
    unkept = copy.deepcopy(now)
    unkept["entries"] = unkept["entries"][:5]
    assert "never reached the log" in run(tmp_path, unkept, *kept(tmp_path, before)).output
    stranger = {**before, "person": str(uuid4())}
    assert "somebody else's" in run(tmp_path, now, *kept(tmp_path, stranger)).output


def test_it_needs_neither_django_nor_the_platforms_settings(person: UUID, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle_of(person)))
    script = (
        "import sys; sys.modules['django'] = None\n"
        "from minben.verify.command import verify; verify()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=False, env={}
    )
    assert done.returncode == 0, done.stderr


def test_every_finding_has_its_words() -> None:
    source = Path(str(sys.modules["minben.verify.check"].__file__)).read_text()
    source += Path(str(sys.modules["minben.verify.kept"].__file__)).read_text()
    source += Path(str(sys.modules["minben.verify.whole_log"].__file__)).read_text()
    source += Path(str(sys.modules["minben.verify.command"].__file__)).read_text()
    for code in words("findings"):
        assert f'"{code}"' in source, f"{code} is never found"


def test_a_fork_of_ones_chain_is_named_even_in_a_signed_tree() -> None:
    """An operator signs two leaves with the same number and shows the wrong one."""
    key, secret, person = SigningKey.generate(), bytes(range(32)), uuid4()
    texts = [{"subject": str(person), "n": n} for n in (1, 2, 2, 3)]
    salt = bytes(32)
    tree: list[entry.EntryLeaf] = []
    last, numbers = entry.NO_LEAF, (1, 2, 2, 3)
    ties = []
    for n, text in zip(numbers, texts, strict=True):
        # The fork, third in the tree, hangs on the same leaf as the one it is to replace.
        tie = ties[-1] if len(tree) == 2 else entry.previous_tag(secret, last)
        ties.append(tie)
        leaf = entry.EntryLeaf(
            entry.LANE, len(tree) + 1, entry.commitment(text, salt),
            entry.person_tag(secret, n), tie,
        )  # fmt: skip
        tree.append(leaf)
        last = merkle.leaf_hash(leaf.data.encode())
    persons = SparseMap({})
    persons.put(entry.map_key(person), entry.map_value(secret, 3, last))
    map_leaf = entry.MapLeaf(1, persons.root, 1, "2026-11-22T00:00:00Z")
    hashes = [merkle.leaf_hash(leaf.data.encode()) for leaf in (*tree, map_leaf)]
    node = merkle.nodes_of(hashes)
    head = Head("log", len(hashes), merkle.root(len(hashes), node))

    def path(index: int) -> list[str]:
        return [value.hex() for value in merkle.inclusion_proof(index, len(hashes), node)]

    told = {
        "format": "minben-trail-bundle/1",
        "log_key": NoteKey("log", key.public).text,
        "person": str(person),
        "person_key": secret.hex(),
        "count": 3,
        "last": last.hex(),
        "checkpoint": checkpoint.sign(head, key),
        "map": {
            "leaf": map_leaf.data,
            "inclusion": path(4),
            "proof": proof_to_json(persons.proof(entry.map_key(person))),
        },
        "entries": [
            {
                "number": numbers[index],
                "index": index,
                "leaf": tree[index].data,
                "inclusion": path(index),
                "payload": texts[index],
                "salt": salt.hex(),
                "withheld": None,
            }
            for index in (0, 1, 3)
        ],
        "older": None,
        "waiting": [],
    }
    findings = check(read(told), NoteKey("log", key.public)).findings
    assert [(f.code, f.number) for f in findings] == [("second_chain", 3)]


def test_the_auditors_file_of_the_whole_log_is_checked_from_the_first_leaf(
    person: UUID, tmp_path: Path
) -> None:
    told = whole_log()
    assert str(person) not in json.dumps(told)
    good = run(tmp_path, told)
    assert good.exit_code == 0, good.output
    assert "All 15 leaves lead to the roots of 5 signed checkpoints" in good.output
    leaves = told["leaves"]
    broken = {
        "changed": [*leaves[:4], leaves[4].replace('"n":', '"n":9'), *leaves[5:]],
        "dropped": leaves[:4] + leaves[5:],
        "swapped": [*leaves[:3], leaves[4], leaves[3], *leaves[5:]],
        "cut": leaves[:-1],
        "grown": [*leaves, leaves[0]],
    }
    for how, changed in broken.items():
        result = run(tmp_path, {**told, "leaves": changed})
        assert result.exit_code == 1, how
        assert "do not lead to the checkpoint of size" in result.output, how
    assert run(tmp_path, {**told, "leaves": [1]}).exit_code == 2
    other = NoteKey(log.origin(), SigningKey.generate().public).text
    assert run(tmp_path, told, "--key", other).exit_code == 1


def test_a_policy_says_which_witnesses_must_have_cosigned(person: UUID, tmp_path: Path) -> None:
    witness = SigningKey.generate()
    public = NoteKey("example.org/w", witness.public, COSIGNATURE)
    policy = tmp_path / "policy"
    policy.write_text(f"log {log.public_key().text}\nwitness w {public.text}\nquorum w\n")
    told = bundle_of(person)
    few = run(tmp_path, told, "--policy", str(policy))
    assert few.exit_code == 1
    assert "Too few witnesses" in few.output
    text = SignedNote.read(told["checkpoint"]).text
    line = cosign(text, name="example.org/w", key=witness, at=1_700_000_000).line
    told["checkpoint"] = with_signatures(told["checkpoint"], [line])
    good = run(tmp_path, told, "--policy", str(policy))
    assert good.exit_code == 0, good.output
    assert "cosigned it too: w (2023-11-14T22:13:20Z)" in good.output
    assert "Compare it with the published one" not in good.output  # the policy names the log
    assert json.loads(run(tmp_path, told, "--policy", str(policy), "--json").output)["witnesses"]
    assert "Add --policy" in run(tmp_path, told).output
    policy.write_text("quorum nobody\n")
    assert "policy: line 1" in run(tmp_path, told, "--policy", str(policy)).output


def test_a_checkpoint_seen_elsewhere_unmasks_a_split_view(person: UUID, tmp_path: Path) -> None:
    told, elsewhere = bundle_of(person), tmp_path / "checkpoint"
    elsewhere.write_text(told["checkpoint"])
    same = run(tmp_path, told, "--checkpoint", str(elsewhere))
    assert same.exit_code == 0
    assert "same checkpoint that was seen elsewhere" in same.output
    size = int(told["checkpoint"].split("\n")[1])
    other = Head(log.origin(), size, bytes(32))
    elsewhere.write_text(checkpoint.sign(other, log.signing_key()))
    split = run(tmp_path, told, "--checkpoint", str(elsewhere))
    assert split.exit_code == 1
    assert "different people are shown different logs" in split.output
    elsewhere.write_text(checkpoint.sign(Head(log.origin(), 3, bytes(32)), log.signing_key()))
    assert (
        "download the bundle again for size 3"
        in run(tmp_path, told, "--checkpoint", str(elsewhere)).output
    )
