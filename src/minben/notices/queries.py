"""What may be asked of the notices."""

from __future__ import annotations

from uuid import UUID

from minben.base.refusal import Refused
from minben.notices.models import Delivery, Notice
from minben.notices.types import Channel, LetterView, NoticeView
from minben.notices.words import written


def inbox(person: UUID) -> tuple[NoticeView, ...]:
    """A person's messages, newest first."""
    found = Notice.objects.filter(person=person).prefetch_related("deliveries")
    return tuple(notice_view(n) for n in found.order_by("-id"))


def unread(person: UUID) -> int:
    """How many messages a person has not acknowledged."""
    return Notice.objects.filter(person=person, acknowledged_at=None).count()


def one(person: UUID, uuid: UUID) -> NoticeView:
    """One message of a person; Refused `notices.not_yours` for anybody else's."""
    found = Notice.objects.filter(uuid=uuid, person=person).first()
    if found is None:
        raise Refused("notices.not_yours")
    return notice_view(found)


def letters_to_print() -> tuple[tuple[UUID, str], ...]:
    """Notices whose letter is due and not printed: (notice, key); no personal data."""
    waiting = Delivery.objects.filter(channel=Channel.LETTER, printed_at=None)
    return tuple((d.notice.uuid, d.notice.key) for d in waiting.select_related("notice"))


def counts() -> dict[str, int]:
    """Messages sent and acknowledged, for the public page."""
    return {
        "sent": Notice.objects.count(),
        "acknowledged": Notice.objects.exclude(acknowledged_at=None).count(),
        "letters": Delivery.objects.filter(channel=Channel.LETTER).count(),
    }


def notice_view(notice: Notice) -> NoticeView:
    """A notice with its words."""
    subject, body = written(notice.key, notice.details)
    return NoticeView(
        uuid=notice.uuid,
        key=notice.key,
        subject=subject,
        body=body,
        reference=notice.reference or None,
        sent_at=notice.sent_at,
        on=notice.on,
        answer_by=notice.answer_by,
        acknowledged_at=notice.acknowledged_at,
        channels=tuple(Channel(d.channel) for d in notice.deliveries.order_by("id")),
    )


def letter_view(notice: Notice) -> LetterView:
    """The same words for paper."""
    view = notice_view(notice)
    return LetterView(view.uuid, notice.person, view.subject, view.body, view.reference, notice.on)
