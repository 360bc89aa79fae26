"""What the notices remember: the message, and each way it went out."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from minben.notices.types import Channel


class Notice(models.Model):
    """通知 One message to one person.

    personal data: who is told what (`details` fill the words); kept two years after it was
    acknowledged, five when it never was, then deleted.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    # What makes the message one message: the same source again sends nothing new.
    source = models.CharField(max_length=160, unique=True)
    person = models.UUIDField(db_index=True)
    key = models.CharField(max_length=60)
    details = models.JSONField(default=dict)
    reference = models.CharField(max_length=40, blank=True)
    on = models.DateField()
    sent_at = models.DateTimeField(auto_now_add=True)
    answer_by = models.DateField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    # Set when the matter was settled elsewhere: nobody is reminded of what is done.
    settled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.key} {self.uuid}"


class Delivery(models.Model):
    """送達 One way that a notice went out, and when; letters also when they were printed.

    personal data: none beyond the link to the notice; goes with it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    is_reminder = models.BooleanField(default=False)
    on = models.DateField()
    printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "is_reminder"], name="a_channel_is_used_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.notice_id}"
