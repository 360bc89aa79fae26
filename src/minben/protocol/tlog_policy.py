"""Trust policies (C2SP tlog-policy): which log, which witnesses, and how many of them.

The public log, its witnesses and the quorum stand in one small text file that whoever verifies
keeps: it, not the platform, says what is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minben.protocol import checkpoint, cosignature
from minben.protocol.checkpoint import Head
from minben.protocol.signed_note import COSIGNATURE, NoteError, NoteKey, SignedNote

_RESERVED = {"none", "all", "any"}


class PolicyError(ValueError):
    """信任政策有誤 The file is no policy; names the line."""


@dataclass(frozen=True, slots=True)
class Group:
    """見證群組 At least `needed` of its members, which are witnesses or groups."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """信任政策 The logs and witnesses that count, and the quorum.

    `urls` holds addresses by the name of a witness or the origin of a log; "" where none.
    """

    logs: Mapping[str, NoteKey]
    witnesses: Mapping[str, NoteKey]
    groups: Mapping[str, Group]
    quorum: str
    urls: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Policy:
        """Read a policy file; PolicyError names the line that is wrong."""
        return _Reader().read(text)

    def is_met_by(self, cosigners: set[str]) -> bool:
        """Whether these witnesses, by their names in the policy, are enough."""
        return self.quorum == "none" or self._has(self.quorum, cosigners)

    def _has(self, name: str, cosigners: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigners
        return sum(self._has(member, cosigners) for member in group.members) >= group.needed

    def cosigners(self, signed: SignedNote) -> dict[str, int]:
        """Witnesses, by their names in the policy, that cosigned, and when.

        NoteError when a line claims to be a witness's and is false.
        """
        found = {
            name: cosignature.cosigned_at(signed, key) for name, key in self.witnesses.items()
        }
        return {name: at for name, at in found.items() if at is not None}

    def check(self, note: str) -> tuple[Head, dict[str, int]]:
        """The head, and who cosigned it when; NoteError when log or quorum are missing."""
        signed = SignedNote.read(note)
        key = self.logs.get(checkpoint.head_of(signed.text).origin)
        if key is None:
            raise NoteError("a log that the policy does not name")
        head = checkpoint.read(note, key)
        cosigners = self.cosigners(signed)
        if not self.is_met_by(set(cosigners)):
            raise NoteError("too few witnesses cosigned")
        return head, cosigners


class _Reader:
    """Reads line by line: a name can only be used below the line that defines it."""

    def __init__(self) -> None:
        self._logs: dict[str, NoteKey] = {}
        self._witnesses: dict[str, NoteKey] = {}
        self._groups: dict[str, Group] = {}
        self._urls: dict[str, str] = {}
        self._quorum: str | None = None
        self._members: set[str] = set()

    def read(self, text: str) -> Policy:
        for number, line in enumerate(text.split("\n"), start=1):
            if any((letter < " " and letter != "\t") or letter == "\x7f" for letter in line):
                raise PolicyError(f"line {number}: control characters")
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if words and not words[0].startswith("#"):
                try:
                    self._line(words[0], words[1:])
                except (PolicyError, NoteError) as mistake:
                    raise PolicyError(f"line {number}: {mistake}") from mistake
        if self._quorum is None:
            raise PolicyError("a policy has exactly one quorum line")
        return Policy(self._logs, self._witnesses, self._groups, self._quorum, self._urls)

    def _line(self, word: str, rest: list[str]) -> None:
        match word, rest:
            case "log", [key] | [key, _]:
                log = NoteKey.from_text(key)
                self._unique(log, self._logs)
                self._logs[log.name] = log
                self._urls[log.name] = "".join(rest[1:])
            case "witness", [name, key] | [name, key, _]:
                self._new(name)
                witness = NoteKey.from_text(key, kind=COSIGNATURE)
                self._unique(witness, self._witnesses)
                self._witnesses[name] = witness
                self._urls[name] = "".join(rest[2:])
            case "group", [name, needed, *members] if members:
                self._new(name)
                self._group(name, needed, members)
            case "quorum", [name] if self._quorum is None:
                known = self._witnesses.keys() | self._groups.keys() | {"none"}
                if name not in known:
                    raise PolicyError(f"{name} is not defined above")
                self._quorum = name
            case _:
                raise PolicyError(f"not a line of a policy: {word}")

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        for member in members:
            if member not in self._witnesses and member not in self._groups:
                raise PolicyError(f"{member} is not defined above")
            if member in self._members:
                raise PolicyError(f"{member} is a member already")
            self._members.add(member)
        words = {"any": "1", "all": str(len(members))}
        number = words.get(needed, needed)
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(members):
            raise PolicyError(f"{needed}: expected any, all, or 1 to {len(members)}")
        self._groups[name] = Group(int(number), tuple(members))

    def _new(self, name: str) -> None:
        if name in _RESERVED or name in self._witnesses or name in self._groups:
            raise PolicyError(f"{name} is reserved or defined already")

    def _unique(self, key: NoteKey, others: Mapping[str, NoteKey]) -> None:
        if any(other.key == key.key for other in others.values()):
            raise PolicyError("the same key twice")
