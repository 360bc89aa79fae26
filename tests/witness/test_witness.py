"""A witness cosigns one history of a log, whatever happens to the witness or is asked of it."""

import asyncio
import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from minben.protocol import checkpoint, merkle
from minben.protocol.add_checkpoint import AddCheckpoint, Refusal
from minben.protocol.checkpoint import Head
from minben.protocol.cosignature import cosigned_at
from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey, SignedNote, with_signatures
from minben.witness.app import Witness
from minben.witness.command import witness as command
from minben.witness.folder import WitnessFolder, WitnessFolderError, make_folder
from minben.witness.memory import BrokenMemory, Memory, origin_digest

LOG = SigningKey(bytes(range(32)))
ORIGIN = "example.org/trail"
KEY = NoteKey(ORIGIN, LOG.public)


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    return make_folder(tmp_path / "w", name="example.org/w1", port=8041, logs=[KEY.text])


def node(word: str = "") -> merkle.Node:
    return merkle.nodes_of([merkle.leaf_hash(f"{word}{n}".encode()) for n in range(64)])


def request(old: int, size: int, word: str = "") -> AddCheckpoint:
    leaves = node(word)
    proof = merkle.consistency_proof(old, size, leaves) if old else []
    note = checkpoint.sign(Head(ORIGIN, size, merkle.root(size, leaves)), LOG)
    return AddCheckpoint(old, tuple(proof), note)


class Client:
    """The witness as somebody calls it over HTTP."""

    def __init__(self, witness: Witness) -> None:
        self._transport = httpx.ASGITransport(witness.app)

    def _ask(self, method: str, path: str, content: str | bytes = b"") -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://w") as http:
                return await http.request(method, path, content=content)

        return asyncio.run(ask())

    def post(self, path: str, *, content: str | bytes) -> httpx.Response:
        return self._ask("POST", path, content)

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)


def now() -> int:
    return 1_700_000_000


def test_a_growing_log_is_cosigned_over_http_and_shown_to_everybody(folder: WitnessFolder) -> None:
    witness = Witness(folder)
    client = Client(witness)
    for old, size in ((0, 3), (3, 3), (3, 9)):
        answer = client.post("/add-checkpoint", content=request(old, size).text)
        assert answer.status_code == 200
        note = SignedNote.read(with_signatures(request(old, size).note, [answer.text]))
        assert cosigned_at(note, folder.public) is not None
    shown = client.get(f"/{origin_digest(ORIGIN)}/checkpoint").text
    assert checkpoint.read(shown, KEY).size == 9
    assert cosigned_at(SignedNote.read(shown), folder.public) is not None
    assert client.get(f"/{'0' * 64}/checkpoint").status_code == 404
    assert client.get("/health").json()["witness"] == folder.public.text
    witness.memory.close()


def test_a_split_view_is_refused_and_kept_as_evidence_for_everybody(folder: WitnessFolder) -> None:
    witness = Witness(folder)
    client = Client(witness)
    assert client.post("/add-checkpoint", content=request(0, 9).text).status_code == 200
    for split, status in (((9, 9, "b"), 422), ((9, 12, "b"), 422), ((4, 9, "b"), 409)):
        answer = client.post("/add-checkpoint", content=request(*split).text)
        assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/x.tlog.size")
    assert answer.text == "9\n"
    told = client.get("/evidence").json()["split_views"]
    assert len(told) == 2  # the same note twice is one accusation
    for text in told:
        assert SignedNote.read(AddCheckpoint.read(text).note).signed_by(KEY)
    witness.memory.close()


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"\xff", 400), (b"x" * 70_000, 413), (b"old 0\n\n", 400)]
)
def test_what_is_no_request_is_refused_with_a_sentence(
    folder: WitnessFolder, body: bytes, status: int
) -> None:
    witness = Witness(folder)
    answer = Client(witness).post("/add-checkpoint", content=body)
    assert answer.status_code == status
    assert answer.text.endswith("\n")
    witness.memory.close()


def test_another_log_and_another_key_are_refused(folder: WitnessFolder) -> None:
    memory = Memory(folder)
    stranger = checkpoint.sign(Head(ORIGIN, 3, merkle.root(3, node())), SigningKey.generate())
    other = checkpoint.sign(Head("example.org/other", 3, merkle.root(3, node())), LOG)
    for note, status in ((stranger, 403), (other, 404)):
        with pytest.raises(Refusal) as refused:
            memory.add(AddCheckpoint(0, (), note), now=now)
        assert refused.value.status == status
    memory.close()


def test_killed_at_any_step_it_remembers_all_that_it_ever_signed(tmp_path: Path) -> None:
    """A child dies before its k-th step of remembering; a cosignature that left is known."""
    for step in itertools.count(1):
        folder = make_folder(tmp_path / str(step), name="w", port=1, logs=[KEY.text])
        memory = Memory(folder)
        memory.add(request(0, 5), now=now)
        memory.close()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _sign_and_die(folder, step, writing)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        signed = os.read(reading, 1000)
        os.close(reading)
        again = Memory(folder)
        sizes = (5, 8) if not signed else (8,)
        with pytest.raises(Refusal) as refused:
            again.add(request(8, 8, "b"), now=now)
        assert refused.value.is_split or refused.value.why == "5\n"
        assert int(checkpoint.read(again.note(origin_digest(ORIGIN)) or "", KEY).size) in sizes
        again.close()
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            assert signed
            assert step > 4
            return


def _sign_and_die(folder: WitnessFolder, step: int, writing: int) -> None:
    point = itertools.count(1)

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if next(point) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    try:
        opened = Memory(folder)
        os.fsync = dying(os.fsync)
        Path.replace = dying(Path.replace)  # type: ignore[method-assign]
        Path.open = dying(Path.open)  # type: ignore[method-assign]
        os.write(writing, opened.add(request(5, 8), now=now).encode())
        os._exit(0)
    finally:
        os._exit(1)


def test_a_memory_that_was_tampered_with_signs_nothing_more(folder: WitnessFolder) -> None:
    memory = Memory(folder)
    memory.add(request(0, 5), now=now)
    memory.close()
    path = folder.path / "seen" / origin_digest(ORIGIN)
    good = path.read_text()
    for bad in (request(0, 4).note, good.replace("\n5\n", "\n6\n"), "", "x"):
        path.write_text(bad)
        with pytest.raises(BrokenMemory):
            Memory(folder)


def test_one_process_at_a_time(folder: WitnessFolder) -> None:
    memory = Memory(folder)
    with pytest.raises(BrokenMemory, match="another process"):
        Memory(folder)
    memory.close()


def test_the_command_makes_a_folder_and_says_its_line_for_policies(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        command, ["new", str(tmp_path / "w"), "--name", "w.example/1", "--log", KEY.text]
    )
    assert made.exit_code == 0, made.output
    word, name, key, url = made.output.split()
    assert (word, name, url) == ("witness", "w", "http://localhost:8041/")
    assert WitnessFolder.load(tmp_path / "w").public.text == key
    again = make_folder(tmp_path / "w", name="w.example/1", port=9000, logs=[KEY.text])
    assert again.public.text == key
    for wrong in (["--name", "a b"], ["--log", "nonsense"]):
        options = ["--name", "w", "--log", KEY.text, *wrong]
        assert CliRunner().invoke(command, ["new", str(tmp_path / "x"), *options]).exit_code == 1
    with pytest.raises(WitnessFolderError, match="missing"):
        WitnessFolder.load(tmp_path / "none")
    assert CliRunner().invoke(command, ["serve", str(tmp_path / "none")]).exit_code == 1
