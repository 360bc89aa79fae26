"""Words of the ledger, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from minben.base.money import NTD
from minben.base.month import Month


class PostingKind(StrEnum):
    """分錄種類 What a posting row does. Nothing is ever updated: a change is one more row."""

    DIRECT = "direct"  # moves money at once
    PENDING = "pending"  # reserves money
    POST = "post"  # a reservation becomes a movement
    VOID = "void"  # a reservation is given back
    EXPIRE = "expire"  # a reservation ran out of time


@dataclass(frozen=True, slots=True)
class Balance:
    """餘額 Of one account, derived from its postings. Whole NTD."""

    account: str
    debits: NTD
    credits: NTD
    pending_debits: NTD
    pending_credits: NTD

    @property
    def net(self) -> int:
        """Credits less debits of what has moved."""
        return self.credits - self.debits


@dataclass(frozen=True, slots=True)
class BankAccount:
    """金融帳戶 Where money is sent. `masked` is the only form that reaches a page."""

    bank_code: str  # three digits of 金融機構代碼
    account: str  # digits, at most 16

    @property
    def masked(self) -> str:
        """`812 ••••••1234`."""
        return f"{self.bank_code} {'•' * max(0, len(self.account) - 4)}{self.account[-4:]}"


PaymentState = Literal["planned", "sent", "paid", "returned", "stopped"]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """給付 One month's money for one case.

    planned: reserved · sent: in a file at the bank · paid: the bank has moved it ·
    returned: the bank refused the account · stopped: given back before it was sent.
    """

    uuid: UUID
    reference: str  # of the case
    month: Month
    amount: NTD
    state: PaymentState
    due_on: date
    account: str | None  # masked; None while the person has named none
    paid_on: date | None
    reason: str | None  # ISO 20022 code of a return (AC01, AC04 …), or why it was stopped


RunState = Literal["prepared", "sent", "acknowledged"]


@dataclass(frozen=True, slots=True)
class RunView:
    """撥付批次 One monthly file to the bank, as the office sees it. No personal data."""

    uuid: UUID
    message_id: str  # MsgId of the pain.001
    month: Month
    execute_on: date
    state: RunState
    lines: int
    total: NTD
    paid: int
    returned: int
    digest: str  # sha-256:… of the file's bytes
    prepared_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """轉帳明細 One transaction of a pain.001. Whole NTD."""

    end_to_end_id: str
    amount: NTD
    to: BankAccount


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """付款回覆 One transaction's answer in a pain.002."""

    end_to_end_id: str
    accepted: bool
    reason: str | None
