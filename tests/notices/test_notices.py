"""Notices: in both languages, never more than once, silent ones followed up to a person."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.identity.types import Actor, Method, Role
from minben.jobs import clock, worker
from minben.jobs.models import Job
from minben.notices import actions, queries, words
from minben.notices.types import Channel

pytestmark = pytest.mark.django_db
MOTHER, STRANGER, CLERK = (UUID(int=n) for n in (1, 2, 3))
DETAILS = {"child": "示例", "scheme": Text("津貼", "allowance"), "asks": 2}


def actor(person: UUID, *roles: Role) -> Actor:
    return Actor(
        person=person,
        name="示例",
        roles=frozenset({Role.CITIZEN, *roles}),
        assurance=AssuranceLevel.HIGH,
        methods=(Method.CITIZEN_CERTIFICATE,),
        session="s",
    )


def send(source: str = "agreement:1") -> UUID:
    return actions.notify(
        person=MOTHER, key="agreement.to_sign", details=DETAILS, source=source, reference="MB-1"
    )


def live_until(day: date) -> None:
    while clock.today() < day:
        clock.advance_to(clock.today() + timedelta(days=1))
        worker.run_due()


def test_a_notice_stands_in_both_languages_and_the_same_source_is_the_same_notice() -> None:
    assert send() == send()
    (notice,) = queries.inbox(MOTHER)
    assert "示例的津貼" in notice.body.zh
    assert "The allowance for 示例" in notice.body.en
    assert notice.is_new


def test_a_missing_detail_is_an_error_not_a_hole() -> None:
    with pytest.raises(ValueError, match="needs the detail"):
        actions.notify(person=MOTHER, key="agreement.to_sign", details={}, source="x")


@pytest.mark.parametrize("key", sorted(words.kinds()))
def test_both_languages_ask_for_the_same_details(key: str) -> None:
    kind = words.kinds()[key]
    for text in (kind.subject, kind.body):
        assert set(re.findall(r"{(\w+)}", text.zh)) == set(re.findall(r"{(\w+)}", text.en))


def test_what_others_can_read_says_nothing() -> None:
    for text in (words.SMS.zh, words.SMS.en):
        assert "{" not in text
        assert "http" not in text
        assert "津貼" not in text


def test_silence_leads_to_a_reminder_a_letter_and_a_person() -> None:
    send()
    live_until(date(2022, 9, 22))
    assert queries.inbox(MOTHER)[0].channels == (Channel.INBOX, Channel.SMS, Channel.SMS)
    live_until(date(2022, 9, 29))
    assert len(queries.letters_to_print()) == 1
    assert not Job.objects.filter(kind="notices.silent").exists()
    live_until(date(2022, 10, 7))
    assert Job.objects.get(kind="notices.silent").payload["reference"] == "MB-1"


@pytest.mark.parametrize("answered", [True, False])
def test_whoever_answers_is_not_reminded(answered: bool) -> None:
    notice = send()
    if answered:
        actions.acknowledge(actor=actor(MOTHER), notice=notice)
    else:
        actions.settle(source="agreement:1")
    live_until(date(2022, 10, 7))
    assert queries.inbox(MOTHER)[0].channels == (Channel.INBOX, Channel.SMS)


def test_another_person_neither_reads_nor_acknowledges() -> None:
    notice = send()
    with pytest.raises(Refused, match="not_yours"):
        actions.acknowledge(actor=actor(STRANGER), notice=notice)
    with pytest.raises(Refused, match="not_yours"):
        queries.one(STRANGER, notice)
    assert queries.inbox(STRANGER) == ()


def test_only_the_office_prints_letters() -> None:
    notice = send()
    with pytest.raises(Refused, match="only_the_office"):
        actions.print_letter(actor=actor(STRANGER), notice=notice)
    letter = actions.print_letter(actor=actor(CLERK, Role.CLERK), notice=notice)
    assert letter.person == MOTHER
    assert queries.letters_to_print() == ()
