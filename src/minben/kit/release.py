"""`POST /transfers`: check, ask the register, log durably, then answer — once per transfer id."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from minben.kit import compare, covering, reading
from minben.kit.agency import Agency
from minben.kit.doorway import Knock, Reply
from minben.kit.problems import Problem
from minben.kit.reading import Fields
from minben.kit.store import Spent, Stored
from minben.kit.transfer import TransferRequest
from minben.kit.types import JSON, FactAnswer, FactRequest, Later, Subject
from minben.protocol.agreement import Signature
from minben.protocol.canonical import digest
from minben.protocol.sealing import MEDIA_TYPE as SEALED_TYPE
from minben.protocol.sealing import seal


class _NotYet(Exception):
    """The register cannot say yet."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def routed(agency: Agency, knock: Knock, path: str) -> Reply:
    """Answer a transfer that came through a gateway: sealed to us, sealed back; raises Problem."""
    request = TransferRequest.read(knock.body, agency.folder.sealing_key)
    if f"/{request.data_set}" != path:
        raise Problem("no_data_set", "data_set")
    reply = _released(agency, request, knock)
    if reply.status != 200:
        return reply
    assert request.answer_key is not None
    sealed = seal(
        reply.body, to=request.answer_key, about=request.transfer, reader=request.recipient
    )
    return Reply(sealed.encode(), reply.status, SEALED_TYPE)


def transfer(agency: Agency, knock: Knock) -> Reply:
    """Answer one transfer that came straight from its recipient; raises Problem."""
    return _released(agency, TransferRequest.read(knock.body), knock)


def _released(agency: Agency, request: TransferRequest, knock: Knock) -> Reply:
    """Answer one transfer; raises Problem for everything that forbids it.

    The basis is checked on every call, so that a revocation holds even for an answer that was
    given before. The answer's bytes are kept first and the release is logged (fdatasync) before
    they leave; whoever dies in between finds both again under the same id.
    """
    if request.recipient != knock.sender:
        raise Problem("unsigned", "recipient", what="signed by another agency than the recipient")
    data_set = covering.check_offer(agency, request)
    covered = covering.check_basis(agency, request, data_set)
    asked = digest(request.to_json() | {"basis": covered.id})
    stored = agency.store.answer(request.transfer)
    if stored is None:
        if covered.turn is not None:
            used_by = agency.store.spent_by(covered.turn, request.subject.ref, request.data_set)
            if used_by not in (None, request.transfer):
                raise Problem("already_used", "basis")
        try:
            body = _answer(agency, request, covered.id)
        except _NotYet as later:
            return _accepted(agency, request, later.seconds)
        stored = Stored(asked, 200, "application/json", body, _logged(request, covered.id, body))
        turn = covered.turn
        spends = [(turn, request.subject.ref, request.data_set)] if turn is not None else []
        try:
            stored = agency.store.keep(request.transfer, stored, spends)
        except Spent as error:
            raise Problem("already_used", "basis") from error
    if stored.request_digest != asked:
        raise Problem("same_id_other_request", "transfer")
    if agency.store.is_revoked(covered.id):  # told while the register was being read
        raise Problem("revoked", "basis")
    details: dict[str, JSON] = dict(stored.logged)
    if knock.vouched_by:
        details["vouched_by"] = knock.vouched_by
    agency.store.answered(request.transfer)
    agency.lane.append("released", key=f"transfer:{request.transfer}", details=details)
    return Reply(stored.body, stored.status, stored.media_type)


def revocation(agency: Agency, knock: Knock) -> Reply:
    """Take a person's own revocation, so that nothing is released even if nobody can be asked.

    `{"agreement": {…}, "signature": {…}}`; the signature is the person's, checked here.
    """
    fields = Fields(reading.read_object(knock.body))
    document = fields.take("agreement", reading.json_object)
    written = fields.take("signature", reading.json_object)
    fields.done()
    agreement = covering.read_agreement(document)
    signature = covering.read_signature(written, "signature")
    covering.check_evidence(agency.folder.trust, agreement, signature, "signature")
    if signature.verb != "revoke" or not agreement.parties_of(signature.by, accepting=False):
        raise Problem("agreement_invalid", "signature", what="not a revocation by a party")
    agency.store.revoke(agreement.id)
    agency.lane.append(
        "revoked", key=f"revoked:{agreement.id}:{_key(signature)}", details={"basis": agreement.id}
    )
    return Reply.of({"agreement": agreement.id, "state": "revoked"})


def _accepted(agency: Agency, request: TransferRequest, seconds: int) -> Reply:
    """202: remembered until `Provider.ready` tells the recipient, under the same transfer id."""
    agency.store.wait(request.transfer, request.data_set, request.subject.number)
    told = {"transfer": request.transfer, "state": "accepted"}
    return Reply.of(told, 202, retry_after=str(max(1, seconds)))


def _answer(agency: Agency, request: TransferRequest, basis: str) -> bytes:
    subject = Subject(request.subject.ref, request.subject.number)
    answers = [
        _one(agency, request.data_set, subject, asked, f"requests[{i}]")
        for i, asked in enumerate(request.requests)
    ]
    body = {
        "transfer": request.transfer,
        "provider": agency.folder.agency,
        "data_set": request.data_set,
        "subject": request.subject.ref,
        "basis": basis,
        "answers": answers,
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _one(
    agency: Agency, data_set: str, subject: Subject, asked: FactRequest, at: str
) -> dict[str, JSON]:
    try:
        told = agency.answering[data_set](subject, asked)
        if isinstance(told, Later):
            raise _NotYet(told.seconds)
        return compare.answer(asked, FactAnswer.of(told))
    except compare.CannotCompare as error:
        raise reading.wrong(
            f"{at}.value", "與此項資料可比較的值", "comparable with this fact"
        ) from error
    except (Problem, _NotYet):
        raise
    except Exception as error:
        raise Problem("broken_program", at, retry_after=30) from error


def _logged(request: TransferRequest, basis: str, body: bytes) -> dict[str, str | int]:
    """What the provider's own log keeps: who asked what of whom on which basis, not the answer."""
    asked = "; ".join(f"{r.fact} {r.op} {r.value} {r.month}" for r in request.requests)
    return {
        "recipient": request.recipient,
        "data_set": request.data_set,
        "subject": request.subject.ref,
        "basis": basis,
        "asked": asked,
        "answer": digest(json.loads(body)),
    }


def _key(signature: Signature) -> str:
    return signature.digest
