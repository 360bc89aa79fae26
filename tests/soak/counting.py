"""Counts what a town remembers, as one JSON object; runs in the town's own environment."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minben.config.settings")
django.setup()

from django.db.models import Count, F  # noqa: E402

from minben.exchange.models import Answer, Transfer  # noqa: E402
from minben.jobs.models import Job  # noqa: E402
from minben.ledger.models import Payment, Posting  # noqa: E402
from minben.trail.audit import audit  # noqa: E402

paid = Payment.objects.filter(paid_on__isnull=False)
told = {
    "paid": paid.count(),
    "paid_twice": paid.values("reference", "month")
    .annotate(n=Count("id"))
    .filter(n__gt=1)
    .count(),
    "postings_of_nothing": Posting.objects.filter(debit=F("credit")).count(),
    "transfers": Transfer.objects.count(),
    "answered_twice": Answer.objects.values("transfer", "predicate")
    .annotate(n=Count("id"))
    .filter(n__gt=1)
    .count(),
    "open_jobs": Job.objects.filter(done_at=None, dead_at=None, due_on=None).count(),
    "dead_jobs": list(Job.objects.exclude(dead_at=None).values_list("kind", "reason")),
    "audit": audit(),
}
print(json.dumps(told))  # noqa: T201
