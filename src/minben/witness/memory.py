"""What a witness remembers: the newest cosigned checkpoint of each log, and every accusation.

The cosigned checkpoint is on the disk under its final name before the cosignature leaves, and
comparing, cosigning and remembering happen under one lock. So whenever the witness is killed, it
comes back knowing at least all that it ever signed, and cannot sign another tree beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from minben.protocol import checkpoint
from minben.protocol.add_checkpoint import AddCheckpoint, Refusal, judge
from minben.protocol.checkpoint import Head
from minben.protocol.cosignature import cosign, cosigned_at
from minben.protocol.file_lane import sync_folder
from minben.protocol.signed_note import NoteError, SignedNote, with_signatures
from minben.witness.folder import WitnessFolder

_MOST_ACCUSATIONS = 1000


class BrokenMemory(Exception):
    """見證記憶損壞 The folder does not hold what this witness signed: it must not sign on."""


class Memory:
    """見證記憶 One witness's durable memory. One process at a time; safe between threads."""

    def __init__(self, folder: WitnessFolder) -> None:
        self._folder = folder
        self._notes = folder.path / "seen"
        self._evidence = folder.path / "evidence"
        for path in (self._notes, self._evidence):
            path.mkdir(exist_ok=True)
        self._guard = os.open(folder.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._guard)
            raise BrokenMemory(f"{folder.path} is open in another process") from error
        self._lock = threading.Lock()
        self._seen = {origin: head for origin in folder.logs if (head := self._load(origin))}

    def add(self, request: AddCheckpoint, *, now: Callable[[], int]) -> str:
        """Judge, remember durably, cosign: the cosignature line. Raises Refusal."""
        with self._lock:
            try:
                head = judge(request, keys=dict(self._folder.logs), seen=self._seen)
            except Refusal as refusal:
                if refusal.is_split:
                    self._accuse(request)
                raise
            text = SignedNote.read(request.note).text
            line = cosign(text, name=self._folder.name, key=self._folder.key, at=now()).line
            self._write(self._path(head.origin), with_signatures(request.note, [line]))
            self._seen[head.origin] = head
            return line

    def note(self, origin_hash: str) -> str | None:
        """The newest cosigned checkpoint of a log, by the SHA-256 of its origin; None: never."""
        for origin in self._seen:
            if origin_digest(origin) == origin_hash:
                return self._path(origin).read_text("utf-8")
        return None

    def accusations(self) -> list[str]:
        """Requests that a log signed and that contradict what it had signed before."""
        return [path.read_text("utf-8") for path in sorted(self._evidence.glob("*.txt"))]

    def close(self) -> None:
        """Let another process open the memory."""
        os.close(self._guard)

    def _load(self, origin: str) -> Head | None:
        path = self._path(origin)
        if not path.exists():
            return None
        try:
            note = path.read_text("utf-8")
            head = checkpoint.read(note, self._folder.logs[origin])
            if cosigned_at(SignedNote.read(note), self._folder.public) is None:
                raise NoteError("this witness did not cosign it")
        except (NoteError, UnicodeDecodeError) as fault:
            raise BrokenMemory(f"{path}: {fault}") from fault
        return head

    def _accuse(self, request: AddCheckpoint) -> None:
        """Keep the proof: the log's own signature stands under two histories."""
        name = hashlib.sha256(request.note.encode()).hexdigest()
        path = self._evidence / f"{name}.txt"
        if not path.exists() and sum(1 for _ in self._evidence.iterdir()) < _MOST_ACCUSATIONS:
            self._write(path, request.text)

    def _path(self, origin: str) -> Path:
        return self._notes / origin_digest(origin)

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def origin_digest(origin: str) -> str:
    """The name under which a witness shows a log's checkpoint: SHA-256 of its origin, in hex."""
    return hashlib.sha256(origin.encode()).hexdigest()
