"""What is done with notices: send, acknowledge, follow up on silence, print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity.types import Actor, Role
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.notices.models import Delivery, Notice
from minben.notices.queries import letter_view, notice_view
from minben.notices.types import Channel, LetterView, NoticeView
from minben.notices.words import kinds, written
from minben.trail import actions as trail

# Days after sending; a third of the time to answer remains when the letter arrives.
REMIND_AFTER, LETTER_AFTER = timedelta(days=7), timedelta(days=14)


@transaction.atomic
def notify(
    *,
    person: UUID,
    key: str,
    details: Mapping[str, object],
    source: str,
    reference: str | None = None,
) -> UUID:
    """Send a notice: to the inbox with its words, by SMS only that there is one.

    `source` names what it is about ("decision:<uuid>"); the same key, person and source again is
    the same notice. ValueError for a missing detail.
    """
    stored = {k: v.to_json() if isinstance(v, Text) else v for k, v in details.items()}
    written(key, stored)
    today, kind = clock.today(), kinds()[key]
    answer_by = kind.answer_within_days and today + timedelta(days=kind.answer_within_days)
    notice, fresh = Notice.objects.get_or_create(
        source=f"{key}:{person}:{source}",
        defaults={
            "person": person,
            "key": key,
            "details": stored,
            "reference": reference or "",
            "on": today,
            "answer_by": answer_by or None,
        },
    )
    if not fresh:
        return notice.uuid
    for channel in (Channel.INBOX, Channel.SMS):
        Delivery.objects.create(notice=notice, channel=channel, on=today)
    if answer_by:
        _follow_up(notice, "remind")
    trail.record(
        verb="notice.sent",
        subject=person,
        actor="platform",
        basis=key,
        details={"notice": str(notice.uuid), "channels": ["inbox", "sms"]},
    )
    return notice.uuid


@transaction.atomic
def acknowledge(*, actor: Actor, notice: UUID) -> NoticeView:
    """The person has read it. Refused `notices.not_yours` for anybody else."""
    held = Notice.objects.select_for_update().filter(uuid=notice, person=actor.person).first()
    if held is None:
        raise Refused("notices.not_yours")
    if held.acknowledged_at is None:
        held.acknowledged_at = timezone.now()
        held.save(update_fields=["acknowledged_at"])
        trail.record(
            verb="notice.acknowledged",
            subject=held.person,
            actor=actor.on_trail,
            basis=held.key,
            details={"notice": str(held.uuid)},
        )
    return notice_view(held)


@transaction.atomic
def settle(*, source: str) -> None:
    """What the notices of a source asked for is done: nobody is reminded any more."""
    Notice.objects.filter(source__endswith=f":{source}", settled_at=None).update(
        settled_at=timezone.now()
    )


@transaction.atomic
def follow_up(*, notice: UUID, step: str) -> None:
    """One step on silence: remind, then a letter, then an officer's task. Reading alone ends
    reminders only when nothing else was asked; settling always does."""
    held = Notice.objects.select_for_update().get(uuid=notice)
    if held.settled_at is not None or held.acknowledged_at is not None:
        return
    today = clock.today()
    if step == "remind":
        Delivery.objects.get_or_create(
            notice=held, channel=Channel.SMS, is_reminder=True, defaults={"on": today}
        )
        _follow_up(held, "letter")
    elif step == "letter":
        Delivery.objects.get_or_create(
            notice=held, channel=Channel.LETTER, is_reminder=False, defaults={"on": today}
        )
        _follow_up(held, "task")
    else:
        jobs.enqueue(
            kind="notices.silent",
            payload={
                "notice": str(held.uuid),
                "person": str(held.person),
                "key": held.key,
                "reference": held.reference,
            },
            key=f"notices.silent:{held.uuid}",
        )


@transaction.atomic
def print_letter(*, actor: Actor, notice: UUID) -> LetterView:
    """A clerk or officer prints the letter; the entry is written before the words are shown."""
    if not actor.has(Role.CLERK, Role.CASE_OFFICER):
        raise Refused("notices.only_the_office_prints")
    held = Notice.objects.filter(uuid=notice).first()
    if held is None:
        raise Refused("notices.no_such_notice")
    trail.record(
        verb="office.printed_letter",
        subject=held.person,
        actor=actor.on_trail,
        basis=held.key,
        details={"notice": str(held.uuid)},
    )
    letter, _ = Delivery.objects.get_or_create(
        notice=held, channel=Channel.LETTER, is_reminder=False, defaults={"on": clock.today()}
    )
    letter.printed_at = letter.printed_at or timezone.now()
    letter.save(update_fields=["printed_at"])
    return letter_view(held)


def _follow_up(notice: Notice, step: str) -> None:
    due = {
        "remind": notice.on + REMIND_AFTER,
        "letter": notice.on + LETTER_AFTER,
        "task": max(notice.answer_by or notice.on, notice.on + LETTER_AFTER + REMIND_AFTER),
    }[step]
    jobs.enqueue(
        kind="notices.follow_up",
        payload={"notice": str(notice.uuid), "step": step},
        due_on=due,
        key=f"notices.follow_up:{notice.uuid}:{step}",
    )
