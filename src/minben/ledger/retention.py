"""How long this room keeps what: vouchers ten years (Accounting Act 會計法 art. 83)."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from minben.base.retention import keeps, stays, years_before
from minben.base.text import Text
from minben.ledger.models import Payment

YEARS = 10
NOBODY = UUID(int=0)

stays("ledger.Account", "ledger.Posting", "ledger.PaymentRun")


@keeps(
    "ledger.Payment",
    Text("十年，之後清除人與帳號", "ten years, then the person and the account are emptied"),
)
def payments(today: date) -> int:
    """Whom a payment reached and where; the amount stays in the books. What is still to be paid
    waits for its person and account however old it is, and paid late is kept from then on.
    """
    long_ago = years_before(today, YEARS)
    over = Q(paid_on__lt=long_ago) | (Q(paid_on=None) & ~(Q(returned="") & Q(stopped="")))
    old = Payment.objects.filter(over, due_on__lt=long_ago).exclude(person=NOBODY)
    return old.update(person=NOBODY, bank_code="", account="")
