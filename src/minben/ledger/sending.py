"""The job that sends a run: rebuild the bytes, call the bank, settle what it answers.

Killed before the call, nothing was sent. Killed after it, the very same bytes go again and the
bank, which knows the message id, gives the very same answer. Killed after settling, the job is
done: effect and completion are one transaction.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from uuid import UUID

from minben.jobs.faults import fault
from minben.jobs.registry import handler
from minben.ledger import clients, payments
from minben.ledger.models import PaymentRun


def call(payload: Mapping[str, str], key: str) -> dict[str, str]:
    """Send the run's file to the bank, outside any transaction; MsgId is the idempotency key."""
    document = payments.file_of(PaymentRun.objects.get(uuid=payload["run"]))
    fault("ledger:before_send")
    report = clients.bank().send(document)
    fault("ledger:after_send")
    return {"report": base64.b64encode(report).decode("ascii")}


@handler("ledger.send_run", outside=call)
def settle(payload: Mapping[str, str], answer: Mapping[str, str]) -> None:
    """Take the bank's answer into the ledger."""
    payments.settle(run=UUID(payload["run"]), report=base64.b64decode(answer["report"]))
