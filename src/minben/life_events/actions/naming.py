"""A person names an account; the bank is asked whether it is theirs, with their consent."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from minben.base.refusal import Refused
from minben.cases import queries as case_queries
from minben.cases.access import own, stands_for
from minben.consent.types import AgreementView
from minben.identity.types import Actor
from minben.jobs import clock
from minben.ledger.types import BankAccount
from minben.life_events import consenting
from minben.life_events.models import AccountClaim, Dossier

BANK_CODE, ACCOUNT = re.compile(r"\d{3}"), re.compile(r"\d{6,16}")


@transaction.atomic
def name_account(*, actor: Actor, reference: str, account: BankAccount) -> AgreementView:
    """Name the account for a case's money; answers the agreement to sign for the bank's yes or no.

    Refused `cases.not_yours`, `life_events.not_an_applicant`, `ledger.not_an_account`,
    `life_events.case_stopped`.
    """
    case = case_queries.by_reference(reference)
    own(actor, case)
    whose = stands_for(actor) & set(case_queries.people(reference))
    if not whose:
        raise Refused("life_events.not_an_applicant")
    if case.stopped_on is not None:
        raise Refused("life_events.case_stopped")
    dossier = Dossier.objects.select_for_update().get(pack=case.pack, subject=case.subject)
    named = claim(dossier, min(whose), account)
    view = consenting.propose(
        dossier,
        reference=reference,
        applicant=min(whose),
        questions=[consenting.account_question(named)],
        by=actor.on_trail,
    )
    named.agreement = view.id
    named.save(update_fields=["agreement"])
    return view


def claim(dossier: Dossier, person: UUID, account: BankAccount) -> AccountClaim:
    """Write an account down as named; Refused `ledger.not_an_account` when it cannot be one."""
    if not BANK_CODE.fullmatch(account.bank_code) or not ACCOUNT.fullmatch(account.account):
        raise Refused("ledger.not_an_account")
    return AccountClaim.objects.create(
        dossier=dossier,
        person=person,
        bank_code=account.bank_code,
        account=account.account,
        named_on=clock.today(),
    )
