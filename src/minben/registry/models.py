"""Which agencies take part, which data sets they offer, and what is done with data."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.facts.words import Sensitivity
from minben.registry.types import Openness


class Agency(models.Model):
    """機關 An agency or company that gives or takes data, by its descriptor.

    personal data: none.
    """

    key = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    base_url = models.CharField(max_length=200, blank=True)
    public_key = models.CharField(max_length=64)
    descriptor = models.JSONField()
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key


class DataSet(models.Model):
    """資料集 One version of a data set; versions stand side by side until one is retired.

    personal data: none; it says what kind of personal data a provider holds.
    """

    key = models.CharField(max_length=160, unique=True)
    provider = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="data_sets")
    name_zh = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    openness = models.CharField(max_length=8, choices=[(o.value, o.value) for o in Openness])
    sensitivity = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in Sensitivity]
    )
    assurance = models.PositiveSmallIntegerField(
        choices=[(int(level), level.name.lower()) for level in AssuranceLevel]
    )
    methods = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    version = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key


class Processing(models.Model):
    """處理活動 One purpose for which an agency uses data: a line of the public register.

    personal data: none.
    """

    key = models.CharField(max_length=120, unique=True)
    agency = models.CharField(max_length=60)
    purpose_zh = models.CharField(max_length=300)
    purpose_en = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=300)
    data_sets = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    retention_days = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
