"""How long this room keeps what."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from minben.base.retention import YEAR_DAYS, goes_with, keeps
from minben.base.text import Text
from minben.notices.models import Notice

READ, UNREAD = timedelta(days=2 * YEAR_DAYS), timedelta(days=5 * YEAR_DAYS)

goes_with("notices.Notice", "notices.Delivery")


@keeps(
    "notices.Notice", Text("閱讀後兩年；未讀者五年", "two years after it was read; five unread")
)
def notices(today: date) -> int:
    """Messages, with the ways in which they went out."""
    now = timezone.now()
    old = Q(acknowledged_at__lt=now - READ) | Q(sent_at__lt=now - UNREAD)
    return Notice.objects.filter(old).delete()[0]
