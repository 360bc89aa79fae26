"""The transfer request and its answer: the message shapes of `POST /transfers`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minben.kit import reading
from minben.kit.problems import Problem
from minben.kit.reading import Fields
from minben.kit.types import JSON, FactRequest
from minben.protocol.sealing import SealedTo, SealingKey, seal

OPERATORS = ("at_least", "is", "value")
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True)
class SubjectClaim:
    """當事人主張 Whom the recipient asks about and how the number is bound to the reference."""

    ref: str
    number: str
    salt: str | None


@dataclass(frozen=True, slots=True)
class Basis:
    """依據 An agreement with its signatures, or a mandate with its approver's signature."""

    kind: str  # "agreement" or "mandate"
    document: Mapping[str, Any]
    signatures: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """傳輸請求 Everything that a provider is told; nothing else is accepted."""

    transfer: str
    recipient: str
    data_set: str
    subject: SubjectClaim
    basis: Basis
    requests: tuple[FactRequest, ...]
    answer_key: SealedTo | None = None  # the answer is sealed to it

    @classmethod
    def read(cls, body: bytes, sealing_key: SealingKey | None = None) -> TransferRequest:
        """Read a body; raises Problem with the field, the mistake and the mend.

        With `sealing_key` the subject must be sealed to it: so it comes through a gateway.
        """
        fields = Fields(reading.read_object(body))
        transfer = fields.take("transfer", reading.identifier)
        data_set = fields.take("data_set", reading.string)
        subject = fields.take("subject", reading.json_object)
        if sealing_key is not None:
            about = (transfer, data_set.partition("/")[0])
            subject = _opened(subject, sealing_key, *about)
        request = cls(
            transfer=transfer,
            recipient=fields.take("recipient", reading.string),
            data_set=data_set,
            subject=_subject(subject, "subject"),
            basis=fields.take("basis", _basis),
            requests=fields.take("requests", _requests),
            answer_key=(None if sealing_key is None else fields.take("answer_key", _answer_key)),
        )
        fields.done()
        return request

    def sealed_json(self, to: SealedTo) -> dict[str, JSON]:
        """The same with the subject's number for nobody but the provider who holds `to`."""
        if self.answer_key is None:
            raise ValueError("a sealed transfer names the key for its answer")
        written = self.to_json()
        subject = {"number": self.subject.number, "salt": self.subject.salt}
        written["subject"] = {
            "ref": self.subject.ref,
            "sealed": seal(
                json.dumps(subject).encode(),
                to=to,
                about=self.transfer,
                reader=self.data_set.partition("/")[0],
            ),
        }
        written["answer_key"] = self.answer_key.text
        return written

    def to_json(self) -> dict[str, JSON]:
        """What `read` reads; the recipient builds its body with this."""
        subject: dict[str, JSON] = {"ref": self.subject.ref, "number": self.subject.number}
        if self.subject.salt is not None:
            subject["salt"] = self.subject.salt
        return {
            "transfer": self.transfer,
            "recipient": self.recipient,
            "data_set": self.data_set,
            "subject": subject,
            "basis": {
                "kind": self.basis.kind,
                self.basis.kind: dict(self.basis.document),
                "signatures": [dict(s) for s in self.basis.signatures],
            },
            "requests": [
                {"fact": r.fact, "op": r.op, "value": r.value, "month": str(r.month)}
                for r in self.requests
            ],
        }


def _opened(
    subject: Mapping[str, Any], key: SealingKey, transfer: str, reader: str
) -> dict[str, JSON]:
    fields = Fields(dict(subject), "subject")
    ref = fields.take("ref", reading.string)
    sealed = fields.take("sealed", _any_text)
    fields.done()
    try:
        opened = json.loads(key.open(sealed, about=transfer, reader=reader))
    except ValueError as error:
        raise Problem("not_sealed_to_us", "subject.sealed") from error
    return {"ref": ref, **reading.json_object(opened, "subject.sealed")}


def _answer_key(value: JSON, at: str) -> SealedTo:
    try:
        key = SealedTo.from_text(reading.string(value, at))
        seal(b"", to=key, about=at, reader=at)  # now, not after the release is on the log
        return key
    except ValueError as error:
        raise reading.wrong(
            at, "X25519 公鑰（base64url）", "an X25519 key in base64url"
        ) from error


def _any_text(value: JSON, at: str) -> str:
    if not isinstance(value, str):
        raise reading.wrong(at, "文字", "a text")
    return value


def _subject(value: JSON, at: str) -> SubjectClaim:
    fields = Fields(value, at)
    claim = SubjectClaim(
        fields.take("ref", reading.string),
        fields.take("number", reading.number),
        fields.optional("salt", reading.string),
    )
    fields.done()
    return claim


def _basis(value: JSON, at: str) -> Basis:
    fields = Fields(value, at)
    kind = fields.take("kind", reading.one_of("agreement", "mandate"))
    basis = Basis(
        kind,
        fields.take(kind, reading.json_object),
        tuple(fields.take("signatures", _signatures)),
    )
    fields.done()
    return basis


def _signatures(value: JSON, at: str) -> list[dict[str, Any]]:
    listed = reading.items(100)(value, at)
    return [reading.json_object(item, f"{at}[{i}]") for i, item in enumerate(listed)]


def _requests(value: JSON, at: str) -> tuple[FactRequest, ...]:
    listed = reading.items(MOST_REQUESTS)(value, at)
    requests = tuple(_request(item, f"{at}[{i}]") for i, item in enumerate(listed))
    seen: set[tuple[str, str, JSON]] = set()
    for i, request in enumerate(requests):
        if (request.fact, request.op, request.value) in seen:
            raise reading.wrong(
                f"{at}[{i}]", "每項只問一次的清單", "a list that asks each thing once"
            )
        seen.add((request.fact, request.op, request.value))
    return requests


def _request(value: JSON, at: str) -> FactRequest:
    fields = Fields(value, at)
    request = FactRequest(
        fact=fields.take("fact", reading.string),
        op=fields.take("op", reading.one_of(*OPERATORS)),
        value=fields.optional("value", reading.comparable),
        month=fields.take("month", reading.month),
    )
    fields.done()
    if (request.op == "value") != (request.value is None):
        zh, en = "比較時須有、詢問數值時須無的值", "there to compare, else absent"
        raise reading.wrong(f"{at}.value", zh, en)
    return request
