"""Witnesses cosign the platform's checkpoints, and a bundle shows it under the trust policy."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from minben.protocol import checkpoint, merkle
from minben.protocol.add_checkpoint import AddCheckpoint, Refusal
from minben.protocol.checkpoint import Head
from minben.protocol.signed_note import SignedNote, with_signatures
from minben.protocol.tlog_policy import Policy
from minben.protocol.tlog_proof import TlogProof
from minben.trail import log, queries
from minben.trail.clients import Answer
from minben.trail.models import Checkpoint, Cosignature
from minben.trail.sequencer import sequence_once
from minben.trail.witnessing import witness_once
from minben.verify.check import check
from minben.verify.format import read
from minben.witness.folder import WitnessFolder, make_folder
from minben.witness.memory import Memory
from trail.story import bundle_of, use

pytestmark = pytest.mark.django_db


class Street:
    """Two real witnesses without a network: `http://one/` and `http://two/`."""

    def __init__(self, folder: Path) -> None:
        self.key = log.public_key()
        self.folders = {name: self._made(folder, name) for name in ("one", "two")}
        self.memories = {name: Memory(made) for name, made in self.folders.items()}
        self.away: set[str] = set()

    def _made(self, folder: Path, name: str) -> WitnessFolder:
        return make_folder(folder / name, name=f"{name}.example", port=1, logs=[self.key.text])

    def add_checkpoint(self, url: str, body: str) -> Answer:
        name = url.removeprefix("http://").removesuffix("/")
        if name in self.away:
            return Answer(0, "ConnectError")
        try:
            request = AddCheckpoint.read(body)
            return Answer(200, self.memories[name].add(request, now=lambda: 1_700_000_000))
        except Refusal as refusal:
            return Answer(refusal.status, refusal.why)

    def policy(self, needed: str = "all") -> str:
        lines = [f"log {self.key.text}"]
        for name, made in self.folders.items():
            lines.append(f"witness {name} {made.public.text} http://{name}/")
        return "\n".join([*lines, f"group both {needed} one two", "quorum both", ""])


@pytest.fixture
def street(tmp_path: Path, settings: Any) -> Any:
    made = Street(tmp_path)
    settings.TRAIL_POLICY_FILE = tmp_path / "policy"
    (tmp_path / "policy").write_text(made.policy())
    yield made
    for memory in made.memories.values():
        memory.close()


def verdict(told: dict[str, Any], policy: str) -> Any:
    parsed = read(json.loads(json.dumps(told)))
    return check(parsed, log.public_key(), Policy.read(policy))


def test_both_witnesses_cosign_and_the_bundle_shows_it(street: Street) -> None:
    person = uuid4()
    for n in range(3):
        use(person, n=n)
        sequence_once()
        assert witness_once(street) == 2
        assert witness_once(street) == 0
    report = verdict(bundle_of(person), street.policy())
    assert report.is_sound
    assert [name for name, _ in report.witnesses] == ["one", "two"]
    newest = queries.latest_checkpoint()
    assert newest is not None
    assert Policy.read(street.policy()).check(newest.note)[0].size == 6


def test_an_entry_not_yet_witnessed_waits_with_a_receipt(street: Street) -> None:
    person = uuid4()
    use(person, n=1)
    sequence_once()
    witness_once(street)
    street.away = {"two"}
    use(person, n=2)
    sequence_once()
    assert witness_once(street) == 1
    report = verdict(bundle_of(person), street.policy())
    assert report.is_sound
    assert (report.count, report.waiting) == (1, 1)
    street.away = set()
    assert witness_once(street) == 1
    report = verdict(bundle_of(person), street.policy())
    assert (report.is_sound, report.count, report.waiting) == (True, 2, 0)


def test_too_few_or_false_cosignatures_are_named(street: Street) -> None:
    person = uuid4()
    use(person)
    sequence_once()
    street.away = {"two"}
    witness_once(street)
    told = bundle_of(person)
    assert {f.code for f in verdict(told, street.policy()).findings} == {"too_few_witnesses"}
    assert verdict(told, street.policy("any")).is_sound
    line = Cosignature.objects.get().line
    told["checkpoint"] = told["checkpoint"].replace(line[-9:], "AAAAAAA=\n"[-9:])
    findings = {f.code for f in verdict(told, street.policy("any")).findings}
    assert findings & {"cosignature_forged", "checkpoint_forged"}


def test_a_split_view_is_refused_recorded_and_the_log_goes_on(street: Street) -> None:
    """Somebody who holds the log's key shows the witnesses another tree of the same size."""
    person = uuid4()
    use(person)
    sequence_once()
    size = Checkpoint.objects.latest("size").size
    other = merkle.nodes_of([merkle.leaf_hash(b"other")] * size)
    forged = checkpoint.sign(Head(log.origin(), size, merkle.root(size, other)), log.signing_key())
    for memory in street.memories.values():
        memory.add(AddCheckpoint(0, (), forged), now=lambda: 1_700_000_000)
    assert witness_once(street) == 0
    assert witness_once(street) == 0
    sequence_once()
    alarms = queries.entries_by_verb("trail.split_view")
    assert sorted(alarm.details["witness"] for alarm in alarms) == ["one", "two"]
    for memory in street.memories.values():
        (kept,) = memory.accusations()
        assert SignedNote.read(AddCheckpoint.read(kept).note).signed_by(log.public_key())


def test_a_witness_that_saw_a_larger_log_is_an_alarm(street: Street) -> None:
    use(uuid4())
    sequence_once()
    leaves = merkle.nodes_of([merkle.leaf_hash(b"x")] * 99)
    larger = checkpoint.sign(Head(log.origin(), 99, merkle.root(99, leaves)), log.signing_key())
    street.memories["one"].add(AddCheckpoint(0, (), larger), now=lambda: 1_700_000_000)
    assert witness_once(street) == 1
    assert [a.details["witness"] for a in queries.entries_by_verb("trail.split_view")] == ["one"]


def test_one_entrys_place_is_a_tlog_proof(street: Street) -> None:
    uuid = use(uuid4())
    assert queries.proof_file(uuid) is None
    sequence_once()
    witness_once(street)
    told = queries.proof_file(uuid)
    assert told is not None
    proof = TlogProof.read(told)
    assert proof.extra is not None
    assert proof.verify(proof.extra, Policy.read(street.policy())).size == 2


def test_lines_of_strangers_are_carried_and_not_counted(street: Street) -> None:
    person = uuid4()
    use(person)
    sequence_once()
    witness_once(street)
    told = bundle_of(person)
    told["checkpoint"] = with_signatures(told["checkpoint"], ["— stranger AAAAAAA=\n"])
    assert verdict(told, street.policy()).is_sound
