"""The transfer request and its answer: the message shapes of `POST /transfers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minben.kit import reading
from minben.kit.reading import Fields
from minben.kit.types import JSON, FactRequest

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

    @classmethod
    def read(cls, body: bytes) -> TransferRequest:
        """Read a body; raises Problem with the field, the mistake and the mend."""
        fields = Fields(reading.read_object(body))
        request = cls(
            transfer=fields.take("transfer", reading.identifier),
            recipient=fields.take("recipient", reading.string),
            data_set=fields.take("data_set", reading.string),
            subject=fields.take("subject", _subject),
            basis=fields.take("basis", _basis),
            requests=fields.take("requests", _requests),
        )
        fields.done()
        return request

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
