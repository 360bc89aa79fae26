"""Whatever a provider does wrong: explained in both languages, retried where safe, never used."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from agencies.world import RATE, _Servers
from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.exchange import actions, asking, clients, completing, models, queries
from minben.exchange.types import TransferState
from minben.facts.predicate import Predicate
from minben.jobs.models import Job
from minben.jobs.worker import run_due
from minben.protocol.agreement import FactRequest, Party
from minben.protocol.keys import SigningKey
from minben.protocol.message import sign_response
from minben.trail.queries import entries_of

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

BELOW_20 = Predicate("mother", "tax_rate", "at_least", 20)


@pytest.fixture
def agreement(platform):
    fact = FactRequest(platform.mother.ref, "tax_rate", "at_least", 20, RATE)
    mother = Party("mother", platform.mother.ref, AssuranceLevel.MEDIUM)
    return platform.agreed(fact, parties=[mother])


@pytest.fixture
def asked(platform, agreement):
    (uuid,) = actions.request_facts(
        subject=platform.mother.uuid,
        predicates=[BELOW_20],
        month=Month(2022, 9),
        case_ref="C-1",
        agreement_id=agreement.id,
    )
    return uuid


@contextmanager
def a_tax_office_that(platform, answer):
    """A process that answers every transfer with what `answer(request)` makes of it.

    `answer` gets the request's JSON and returns (status, body, extra headers) or adds a key.
    """
    world = platform.world
    calls = []

    async def endpoint(request):
        asked = json.loads(await request.body())
        calls.append(asked)
        status, body, headers, *key = answer(asked)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = sign_response(
            status=status,
            headers=headers,
            body=content,
            key=key[0] if key else SigningKey.load(world.folder("tax") / "key"),
            created=datetime.now(UTC),
            request_headers=dict(request.headers),
        )
        return Response(content, status, signed)

    with _Servers() as servers:
        app = Starlette(routes=[Route("/transfers", endpoint, methods=["POST"])])
        servers.start(app, world.sockets["tax"])
        yield calls


def honest(asked, **changes):
    one = asked["requests"][0]
    answer = {
        "fact": one["fact"],
        "op": one["op"],
        "value": one["value"],
        "month": one["month"],
        "known": True,
        "result": False,
    }
    return {
        "transfer": asked["transfer"],
        "provider": "tax",
        "data_set": asked["data_set"],
        "subject": asked["subject"]["ref"],
        "basis": "",
        "answers": [answer],
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **changes,
    }


def _again():
    """The pause is over."""
    Job.objects.filter(done_at=None).update(not_before=timezone.now() - timedelta(seconds=1))


def _state(uuid):
    view = queries.transfer(uuid)
    assert view.explanation is None or (view.explanation.zh and view.explanation.en)
    return view.state, view.explanation_key


def test_a_provider_that_is_down_is_waited_for_and_then_asked_under_the_same_id(platform, asked):
    run_due()
    assert _state(asked) == (TransferState.WAITING, "down")
    assert queries.transfer(asked).next_attempt_at is not None
    _again()
    with platform.world.serving("tax"):
        run_due()
    assert _state(asked) == (TransferState.ANSWERED, "")
    assert [line["key"] for line in platform.world.lane("tax")] == [f"transfer:{asked}"]


@pytest.mark.parametrize(("status", "why"), [(429, "busy"), (503, "busy"), (202, "later")])
def test_a_busy_provider_is_asked_again_when_it_said(platform, asked, status, why):
    before = timezone.now()
    with a_tax_office_that(platform, lambda a: (status, {}, {"retry-after": "120"})) as calls:
        run_due()
        run_due()  # not before the two minutes are over
    assert len(calls) == 1
    assert _state(asked) == (TransferState.WAITING, why)
    assert queries.transfer(asked).next_attempt_at >= before + timedelta(seconds=120)


def test_an_answer_without_the_providers_signature_is_never_used(platform, agreement, asked):
    forger = SigningKey.generate()
    with a_tax_office_that(
        platform, lambda a: (200, honest(a, basis=agreement.id), {}, forger)
    ) as calls:
        run_due()
        assert _state(asked) == (TransferState.WAITING, "bad_signature")
        for _ in range(10):
            _again()
            run_due()
    assert len(calls) == 5
    assert _state(asked) == (TransferState.REFUSED, "not_signed")
    assert queries.answers_for("C-1") == []


def test_after_a_wrong_signature_the_true_answer_is_taken(platform, agreement, asked):
    forger = SigningKey.generate()
    with a_tax_office_that(platform, lambda a: (200, honest(a, basis=agreement.id), {}, forger)):
        run_due()
    _again()
    with platform.world.serving("tax"):
        run_due()
    assert _state(asked) == (TransferState.ANSWERED, "")


def test_an_answer_later_than_promised_is_counted_once(platform, asked):
    past = timezone.now() - timedelta(hours=2)
    models.Transfer.objects.filter(uuid=asked).update(created_at=past)
    run_due()
    _again()
    with platform.world.serving("tax"):
        run_due()
    assert _state(asked) == (TransferState.ANSWERED, "")
    verbs = [entry.verb for entry in entries_of(platform.mother.uuid)]
    assert verbs.count("exchange.late") == 1


def _with_answer(answer, **changes):
    return {**answer, "answers": [{**answer["answers"][0], **changes}]}


WRONG = {
    "someone else's answer": ("wrong_subject", lambda a: {**a, "subject": "person:other"}),
    "another transfer's answer": ("wrong_subject", lambda a: {**a, "transfer": "other"}),
    "the rate besides the comparison": ("extra_fields", lambda a: _with_answer(a, tax_rate=12)),
    "the rate in place of the comparison": ("extra_fields", lambda a: _with_answer(a, result=12)),
    "a field nobody asked for": ("extra_fields", lambda a: {**a, "employer": "…"}),
    "two answers": ("extra_fields", lambda a: {**a, "answers": a["answers"] * 2}),
    "no answer": ("malformed", lambda a: {**a, "answers": []}),
    "another question's answer": ("malformed", lambda a: _with_answer(a, value=5)),
    "another month's answer": ("malformed", lambda a: _with_answer(a, month="2021-01")),
    "another basis": ("malformed", lambda a: {**a, "basis": "sha-256:other"}),
    "no JSON": ("malformed", lambda a: b"<html>"),
    "a list": ("malformed", lambda a: [1]),
    "a naive instant": ("malformed", lambda a: {**a, "released_at": "2022-09-15T00:00:00"}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_signed_answer_that_is_not_what_was_asked_is_set_aside(
    platform, agreement, asked, wrong
):
    why, change = WRONG[wrong]
    answer = lambda a: (200, change(honest(a, basis=agreement.id)), {})  # noqa: E731
    with a_tax_office_that(platform, answer):
        run_due()
    assert _state(asked) == (TransferState.REFUSED, why)
    assert queries.answers_for("C-1") == []
    assert "exchange.not_received" in [e.verb for e in entries_of(platform.mother.uuid)]


def test_a_refusal_is_told_in_the_providers_own_words(platform, asked):
    told = {
        "error": {
            "key": "assurance_too_low",
            "mistake": {"zh": "等級不足。", "en": "Too low."},
            "mend": {"zh": "請重簽。", "en": "Sign again."},
        }
    }
    with a_tax_office_that(platform, lambda a: (403, told, {})):
        run_due()
    assert _state(asked) == (TransferState.REFUSED, "refused")
    assert "Too low. Sign again." in queries.transfer(asked).explanation.en


def test_a_refusal_without_words_still_ends_with_some(platform, asked):
    with a_tax_office_that(platform, lambda a: (403, b"no", {})):
        run_due()
    assert _state(asked) == (TransferState.REFUSED, "gave_up")


def test_an_answer_after_the_agreement_was_revoked_is_not_used(platform, agreement, asked):
    with a_tax_office_that(platform, lambda a: (200, honest(a, basis=agreement.id), {})):
        outcome = asking.call(queries.transfer(asked), clients.HttpClient())
    platform.say(agreement, platform.mother, "revoke")
    _complete(asked, outcome)
    assert _state(asked) == (TransferState.REFUSED, "late")
    assert queries.answers_for("C-1") == []


def _complete(uuid, outcome):
    with transaction.atomic():
        completing.complete(uuid, outcome)


def test_an_agreement_that_expired_while_waiting_ends_the_transfer(platform, asked, monkeypatch):
    run_due()
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr(asking.timezone, "now", lambda: later)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    run_due()
    assert _state(asked) == (TransferState.REFUSED, "expired")


def test_dying_between_the_answer_and_its_completion_asks_again_under_the_same_id(platform, asked):
    with platform.world.serving("tax"):
        lost = asking.call(queries.transfer(asked), clients.HttpClient())
        run_due()
    assert _state(asked) == (TransferState.ANSWERED, "")
    assert queries.evidence(asked)["body"] == lost["evidence"]["body"]
    assert len(platform.world.lane("tax")) == 1
    received = [e for e in entries_of(platform.mother.uuid) if e.verb == "exchange.received"]
    assert len(received) == 1


def test_completing_twice_changes_nothing(platform, asked):
    with platform.world.serving("tax"):
        outcome = asking.call(queries.transfer(asked), clients.HttpClient())
    _complete(asked, outcome)
    _complete(asked, outcome)
    assert len(queries.answers_for("C-1")) == 1
