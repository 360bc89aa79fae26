"""How long this room keeps what."""

from datetime import date, timedelta

from django.utils import timezone

from minben.base.retention import YEAR_DAYS, goes_with, keeps
from minben.base.text import Text
from minben.screening import actions
from minben.screening.models import Run

KEPT = timedelta(days=YEAR_DAYS)

goes_with("screening.Run", "screening.LeftOut")


@keeps(
    "screening.Run",
    Text("檔案與鹽值一年；人數與封印保留", "files and salt one year; counts and seal stay"),
)
def runs(today: date) -> int:
    """The files of old runs: after that nobody can tell from the seal who was in it."""
    old = Run.objects.filter(finished_at__lt=timezone.now() - KEPT).exclude(secret=b"")
    found = [run.uuid for run in old]
    for run in found:
        actions.retire(run=run, basis="retention: one year")
    return len(found)
