"""How long this room keeps what: text, salt and links end; leaves, tree and checkpoints stand."""

from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from minben.base.retention import YEAR_DAYS, goes_with, keeps, stays
from minben.base.text import Text
from minben.trail import actions
from minben.trail.models import Disclosure, Waiting

KEPT = timedelta(days=10 * YEAR_DAYS)

goes_with("trail.Disclosure", "trail.Waiting", "trail.Leaf", "trail.PersonChain")
stays("trail.Lane", "trail.Checkpoint", "trail.Sequencer", "trail.Cosignature", "trail.Tally")
stays("trail.Stamp", "trail.Watch")


@keeps(
    "trail.Disclosure",
    Text("當事人最後一筆之後十年", "ten years after the person's last entry"),
)
def entries(today: date) -> int:
    """People of whom nothing happened for ten years: nobody can tell any more whose leaves."""
    newest = (
        Disclosure.objects.exclude(subject=None).values("subject").annotate(at=Max("recorded_at"))
    )
    waiting = set(Waiting.objects.values_list("subject", flat=True))
    old = newest.filter(at__lt=timezone.now() - KEPT).values_list("subject", flat=True)
    return sum(
        actions.forget(subject=one, reason="retention", actor="system:trail", basis="ten years")
        for one in list(old)
        if one is not None and one not in waiting
    )
