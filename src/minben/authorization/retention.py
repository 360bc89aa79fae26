"""How long this room keeps what: requests a day, grants a year after their end."""

from datetime import date, timedelta

from django.utils import timezone

from minben.authorization.models import AuthorizationRequest, Grant, SeenProof
from minben.base.refusal import Refused
from minben.base.retention import YEAR_DAYS, goes_with, keeps, stays
from minben.base.text import Text
from minben.consent import queries as consent

_KEPT = timedelta(days=YEAR_DAYS)
_DAY = timedelta(days=1)

stays("authorization.Client")
goes_with("authorization.Grant", "authorization.TokenFamily")


@keeps("authorization.AuthorizationRequest", Text("過期後一天", "a day after it is stale"))
def requests(today: date) -> int:
    """Requests that nobody can answer or redeem any more; tokens that came of them stay."""
    return AuthorizationRequest.objects.filter(expires_at__lt=timezone.now() - _DAY).delete()[0]


@keeps("authorization.SeenProof", Text("過期即刪", "until it is stale"))
def proofs(today: date) -> int:
    """Names of proofs that are too old to be accepted anyway."""
    return SeenProof.objects.filter(until__lt=timezone.now()).delete()[0]


@keeps("authorization.Grant", Text("結束後一年", "a year after its end"))
def grants(today: date) -> int:
    """Grants that ended, by themselves or with their agreement, and their tokens."""
    long_ago = timezone.now() - _KEPT
    ended = Grant.objects.filter(ended_at__lt=long_ago)
    old = Grant.objects.exclude(agreement="").filter(given_at__lt=long_ago, ended_at=None)
    outlived = [row.pk for row in old if _over(row.agreement)]
    return (ended | Grant.objects.filter(pk__in=outlived)).delete()[0]


def _over(agreement: str) -> bool:
    try:
        return consent.document(agreement).valid_until < timezone.now() - _KEPT
    except Refused:  # erased before its grant
        return True
