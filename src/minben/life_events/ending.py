"""How a life event's case ends, or loses what it rests on."""

from __future__ import annotations

from uuid import UUID

from minben.base.month import Month
from minben.base.text import Text
from minben.cases import actions as cases
from minben.cases import queries as case_queries
from minben.jobs import clock
from minben.ledger import payments
from minben.life_events import deciding, telling
from minben.life_events.models import AccountClaim, Dossier, Offer
from minben.notices import actions as notices

WHY = {
    "rejected": Text("當事人不同意查詢", "a person concerned did not agree to the questions"),
    "revoked": Text("當事人撤回同意", "a person concerned revoked their consent"),
    "void": Text(
        "當事人死亡或受監護宣告，須重新同意",
        "a party died or lost capacity: it must be agreed anew",
    ),
    "not_signed": Text("期限內未完成同意", "the consent was not completed in time"),
}


def without_consent(dossier: Dossier, agreement: str, status: str) -> None:
    """An agreement was rejected, revoked or never signed: what rests on it ends.

    An agreement about an account only takes the account away; one about facts ends the case.
    """
    AccountClaim.objects.filter(dossier=dossier, agreement=agreement, refused_on=None).update(
        refused_on=clock.today(), confirmed_on=None
    )
    notices.settle(source=f"agreement:{agreement}")
    offer = Offer.objects.filter(dossier=dossier, agreement=agreement).first()
    reference = case_queries.living(dossier.pack, dossier.subject)
    if offer is None or reference is None:
        return
    offer.closed_on, offer.closed_as = clock.today(), "declined"
    offer.save(update_fields=["closed_on", "closed_as"])
    stop(dossier, reference, because=status, why=WHY[status])


def stop(dossier: Dossier, reference: str, *, because: str, why: Text) -> None:
    """Give back what was not sent, close the case, tell the family."""
    payments.stop(reference=reference, because=because)
    if cases.stop_case(reference=reference, because=because, why=why, actor=deciding.ACTOR):
        since = str(Month.of(clock.today()))
        telling.stopped(dossier, reference, why, since)


def forget_account(dossier: Dossier, person: UUID) -> None:
    """The bank sent money back: the account is not used again."""
    AccountClaim.objects.filter(dossier=dossier, person=person, confirmed_on__isnull=False).update(
        confirmed_on=None, refused_on=clock.today()
    )
