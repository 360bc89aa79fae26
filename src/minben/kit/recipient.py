"""A recipient: one decorated function per data set that is told each checked answer, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from minben.kit.caller import Unreachable
from minben.kit.folder import AgencyFolder, FolderError
from minben.kit.routing import Gateway, Routed
from minben.kit.store import Store, Stored
from minben.kit.transfer import Basis, SubjectClaim, TransferRequest
from minben.kit.types import JSON, FactRequest
from minben.protocol.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Told:
    """所得答覆 One answer to one question: signed, opened, and checked to be what was asked.

    `result` is yes or no for a comparison, the value for op "value"; None when the provider
    holds nothing about the person (`known` is False then).
    """

    transfer: str
    subject: str
    question: FactRequest
    known: bool
    result: JSON


Taking = Callable[[Told], None]


class Refused(Exception):
    """The provider or the gateway says no; `key`, `mistake` and `mend` say why and what helps."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        self.key = str(error.get("key", ""))
        self.mistake, self.mend = error.get("mistake"), error.get("mend")
        super().__init__(f"{status} {self.key}")


class Recipient:
    """資料取用者 An agency that asks. Decorate one function per data set, then `ask`."""

    def __init__(self, folder: AgencyFolder) -> None:
        told = folder.descriptor.get("gateway")
        if not isinstance(told, dict):
            raise FolderError('agency.json lacks "gateway": url, public_key and trust_issuer')
        self.folder = folder
        self._gateway = Gateway(
            str(told["url"]),
            key=PublicKey.from_text(told["public_key"]),
            issuer=PublicKey.from_text(told["trust_issuer"]),
        )
        self._store = Store(folder.path / "recipient.sqlite3")
        self._taking: dict[str, Taking] = {}

    @classmethod
    def load(cls, folder: Path | str) -> Recipient:
        """Open an agency's folder; FolderError says what is missing there."""
        return cls(AgencyFolder.load(Path(folder)))

    def answers(self, data_set: str) -> Callable[[Taking], Taking]:
        """Let the decorated function take the answers of a data set.

        Once per transfer; again only if the process died meanwhile, with the same transfer id.
        """

        def register(function: Taking) -> Taking:
            self._taking[data_set] = function
            return function

        return register

    def ask(
        self,
        data_set: str,
        subject: SubjectClaim,
        basis: Basis,
        *questions: FactRequest,
        transfer: str | None = None,
    ) -> str | None:
        """Ask once; the transfer's id while the answer is still to come, None when it was told.

        Call again with that id: it is the same transfer, answered once whoever dies in between.
        Raises Refused; Unreachable or NotSigned when the same id should be tried again.
        """
        id = transfer or str(uuid4())
        request = TransferRequest(
            transfer=id,
            recipient=self.folder.agency,
            data_set=data_set,
            subject=subject,
            basis=basis,
            requests=questions,
        )
        stored = self._store.answer(id)
        if stored is not None:
            return None
        routed = self._gateway.ask(request, key=self.folder.key)
        status = routed.answered.status
        if status == 202:
            return id
        if status in (429, 503, 504):
            raise Unreachable(f"come back in {routed.answered.retry_after} s")
        if status != 200:
            raise Refused(status, json.loads(routed.opened)["error"])
        for told in _read(request, routed):
            self._taking[data_set](told)
        logged: dict[str, str | int] = {"logged": routed.logged}
        answered = Stored(id, status, "application/jose", routed.answered.body, logged)
        self._store.keep(id, answered)
        return None

    def close(self) -> None:
        """Release the folder to another process."""
        self._store.close()


def _read(request: TransferRequest, routed: Routed) -> Sequence[Told]:
    """The answers, each beside its question; Refused when they are not those of this transfer."""
    told = json.loads(routed.opened)
    given = told.get("answers", [])
    same = (told.get("transfer"), told.get("subject"), told.get("data_set"))
    if same != (request.transfer, request.subject.ref, request.data_set):
        raise Refused(502, {"key": "another_transfer"})
    found = []
    for question, one in zip(request.requests, given, strict=True):
        if (one["fact"], one["op"], one["value"]) != (question.fact, question.op, question.value):
            raise Refused(502, {"key": "another_question"})
        found.append(
            Told(request.transfer, request.subject.ref, question, one["known"], one["result"])
        )
    return found
