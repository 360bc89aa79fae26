"""Accounts: the bank says whose they are, and money goes only where it said yes."""

from __future__ import annotations

from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.exchange.types import AnswerView
from minben.jobs import clock
from minben.ledger import payments
from minben.ledger.types import BankAccount
from minben.life_events import family
from minben.life_events.models import AccountClaim, Dossier
from minben.notices import actions as notices


def take_answers(dossier: Dossier, reference: str | None) -> None:
    """Take the bank's yes or no to every account that waits for one."""
    waiting = AccountClaim.objects.filter(dossier=dossier, confirmed_on=None, refused_on=None)
    found = family.answers(dossier) if waiting else []
    for claim in waiting.order_by("id"):
        yes = _answer(found, claim)
        if yes is None:
            continue
        if yes:
            claim.confirmed_on = clock.today()
        else:
            claim.refused_on = clock.today()
        claim.save(update_fields=["confirmed_on", "refused_on"])
        if reference is None:
            continue
        if yes:
            _use(claim, reference)
        else:
            _not_theirs(claim, reference)


def _answer(found: list[AnswerView], claim: AccountClaim) -> bool | None:
    wanted = f"{claim.bank_code}-{claim.account}"
    for answer in reversed(found):
        asked = answer.predicate
        if (
            asked.fact == "owns_account"
            and asked.value == wanted
            and answer.subject == claim.person
        ):
            return answer.known and answer.value is True
    return None


def _use(claim: AccountClaim, reference: str) -> None:
    to = BankAccount(claim.bank_code, claim.account)
    payments.send_to(reference=reference, person=claim.person, to=to)
    for source in case_queries.account_tasks(reference):
        cases.done(source=source, by=claim.person)
        notices.settle(source=source)


def _not_theirs(claim: AccountClaim, reference: str) -> None:
    notices.notify(
        person=claim.person,
        key="account.not_theirs",
        details={"account": BankAccount(claim.bank_code, claim.account).masked},
        source=f"claim:{claim.uuid}",
        reference=reference,
    )
