"""財金資訊／銀行 Bank: says whether an account is a person's, and pays what it is told to pay."""

from __future__ import annotations

import hashlib

from minben.demo.agencies.payments import MalformedPayment, PaymentOrder, status_report
from minben.demo.agencies.register import Register
from minben.kit import FactRequest, Provider, Subject
from minben.kit.doorway import Knock, Reply
from minben.kit.problems import Problem
from minben.kit.store import Stored
from minben.kit.types import JSON

DATA_SET = "bank/accounts/ownership/v1"
XML = "application/xml"


def offer(provider: Provider) -> None:
    """Compare accounts, take pain.001, give pain.002."""
    register = Register(provider.folder.path)
    agency = provider.agency

    @provider.data_set(DATA_SET)
    def owns(subject: Subject, request: FactRequest) -> JSON:
        rows = register.all(
            "SELECT bank_code, account FROM account WHERE number = ? AND open", subject.number
        )
        return [f"{row['bank_code']}-{row['account']}" for row in rows]

    @provider.post("/payments")
    def pay(knock: Knock) -> Reply:
        try:
            order = PaymentOrder.read(knock.body)
        except MalformedPayment as error:
            raise Problem("malformed", error.element, what=str(error)) from error
        asked = f"{knock.sender}:{hashlib.sha256(knock.body).hexdigest()}"
        key = f"payment:{order.message_id}"
        stored = agency.store.answer(key)
        if stored is None:
            refusals = {
                p.end_to_end_id: _refusal(register, p.bank_code, p.account) for p in order.payments
            }
            report = status_report(order, refusals)
            rejected = sum(reason is not None for reason in refusals.values())
            logged: dict[str, str | int] = {
                "by": knock.sender,
                "message": order.message_id,
                "payments": len(order.payments),
                "rejected": rejected,
                "digest": asked,
            }
            stored = agency.store.keep(key, Stored(asked, 200, XML, report, logged))
        if stored.request_digest != asked:
            raise Problem("same_id_other_request", "GrpHdr/MsgId")
        details: dict[str, JSON] = dict(stored.logged)
        agency.lane.append("paid", key=key, details=details)
        return Reply(stored.body, 200, XML)


def _refusal(register: Register, bank_code: str, account: str) -> str | None:
    """ISO 20022 external status reason, or None: AC01 no such account, AC04 closed."""
    row = register.one(
        "SELECT open FROM account WHERE bank_code = ? AND account = ?", bank_code, account
    )
    if row is None:
        return "AC01"
    return None if row["open"] else "AC04"
