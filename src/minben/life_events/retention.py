"""How long this room keeps what. With a dossier, the answers about its family end too."""

from datetime import date, timedelta

from minben.base.retention import YEAR_DAYS, goes_with, keeps, stays
from minben.base.text import Text
from minben.cases import queries as cases
from minben.exchange import actions as exchange
from minben.life_events import family
from minben.life_events.actions.drafts import tidy_drafts
from minben.life_events.models import Dossier

KEPT = timedelta(days=YEAR_DAYS)

goes_with("life_events.Dossier", "life_events.Offer", "life_events.AccountClaim")
stays("life_events.Screening")


@keeps(
    "life_events.Dossier",
    Text(
        "有案件時隨案件；否則最後一次處理後一年",
        "with its case; without one, a year after it was last looked at",
    ),
)
def dossiers(today: date) -> int:
    """Families of whom nothing is open or paid any more, with the signed answers about them."""
    ended = 0
    for row in Dossier.objects.filter(moved_on__lt=today - KEPT):
        if cases.kept(row.pack, row.subject):
            continue
        exchange.retire(case_ref=family.case_ref(row), basis="retention: one year")
        row.delete()
        ended += 1
    return ended


@keeps("life_events.Draft", Text("三十天", "thirty days"))
def drafts(today: date) -> int:
    """Half-filled answers that nobody came back to."""
    return tidy_drafts()
