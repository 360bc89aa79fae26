"""How long this room keeps what: proof of consent five years after its end (PDPA art. 7)."""

from datetime import date, timedelta

from django.utils import timezone

from minben.base.retention import YEAR_DAYS, goes_with, keeps, stays
from minben.base.text import Text
from minben.consent.models import Agreement, AgreementParty, RegisterNotice, ShownText
from minben.protocol.terms import read_instant

KEPT = timedelta(days=5 * YEAR_DAYS)

goes_with(
    "consent.Agreement",
    "consent.AgreementParty",
    "consent.AgreementSignature",
    "consent.AgreementUse",
    "consent.ShownText",
    "consent.Witnessing",
)
stays(
    "consent.Mandate",
    why=Text("行政行為，永久保存", "an act of the administration, kept for good"),
)


@keeps("consent.Agreement", Text("失效後五年", "five years after its end"))
def agreements(today: date) -> int:
    """Agreements with their signatures and the texts that no other agreement refers to."""
    long_ago = timezone.now() - KEPT
    old = [
        row.pk
        for row in Agreement.objects.filter(proposed_at__lt=long_ago)
        if read_instant(row.document["valid_until"]) < long_ago
    ]
    Agreement.objects.filter(pk__in=old).delete()
    if old:
        ShownText.objects.filter(agreement=None).delete()
    return len(old)


@keeps(
    "consent.RegisterNotice",
    Text(
        "五年，且與當事人之同意書同存",
        "five years, and as long as an agreement with the person is kept",
    ),
)
def register_notices(today: date) -> int:
    """Deaths and losses of capacity that no agreement rests on any more. Not at once where none
    does yet: tomorrow somebody may lay an agreement in the name of the dead.
    """
    parties = AgreementParty.objects.values("ref")
    long_ago = RegisterNotice.objects.filter(recorded_at__lt=timezone.now() - KEPT)
    return long_ago.exclude(ref__in=parties).delete()[0]
