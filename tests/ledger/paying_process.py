"""A process of its own that prepares and sends a run; a test kills it where it likes.

    python paying_process.py prepare FOLDER     tables, two payments, one run
    python paying_process.py work FOLDER        the worker; MINBEN_FAULT names where it dies

The bank of this process writes every file that it gets to FOLDER/bank, one after the other.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

VERB, FOLDER = sys.argv[1], Path(sys.argv[2])
os.environ["MINBEN_VAR"] = str(FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "minben.config.settings"

import django  # noqa: E402

django.setup()

from uuid import UUID  # noqa: E402

from django.core.management import call_command  # noqa: E402

from minben.base.money import NTD  # noqa: E402
from minben.base.month import Month  # noqa: E402
from minben.jobs import worker  # noqa: E402
from minben.jobs.models import Job  # noqa: E402
from minben.ledger import clients, payments  # noqa: E402
from minben.ledger.types import BankAccount  # noqa: E402

SEPTEMBER = Month(2022, 9)


class FileBank:
    """A bank that remembers across its client's deaths."""

    def send(self, document: bytes) -> bytes:
        """Keep the file, then answer as for the first one of its message id."""
        folder = FOLDER / "bank"
        folder.mkdir(exist_ok=True)
        (folder / f"{len(list(folder.iterdir())):03d}.xml").write_bytes(document)
        return clients.FakeBank(frozenset({"009999999999"})).send(document)


def prepare() -> None:
    """Two payments, of which the bank will refuse one, and their run."""
    call_command("migrate", verbosity=0, interactive=False)
    for number, account in ((1, "001122334455"), (2, "009999999999")):
        payments.plan(
            reference=f"MB-2022-00000{number}-0",
            person=UUID(int=number),
            month=SEPTEMBER,
            amount=NTD(5000),
            purpose="allowance:childcare",
            to=BankAccount("812", account),
            due_on=SEPTEMBER.last_day,
            basis="decision",
        )
    payments.run_month(month=SEPTEMBER, execute_on=SEPTEMBER.last_day)


def work() -> None:
    """Send what is due. The lease of a worker that died is taken as run out."""
    clients.bank = FileBank
    Job.objects.filter(done_at=None).update(leased_until=None)
    worker.run_due()


{"prepare": prepare, "work": work}[VERB]()
