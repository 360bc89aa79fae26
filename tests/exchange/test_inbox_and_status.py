"""Changes that agencies tell, and what the platform tells agencies that ask."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agencies.world import CHILD, RATE
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.demo.agencies import changes
from minben.exchange import actions, listeners, models, queries
from minben.facts.predicate import Predicate
from minben.identity.queries import find_person
from minben.jobs.actions import enqueue
from minben.jobs.models import Job
from minben.kit.folder import AgencyFolder
from minben.kit.push import Outbox
from minben.protocol.agreement import FactRequest, Party
from minben.protocol.keys import SigningKey
from minben.protocol.message import sign_request, verify_response
from minben.trail.queries import entries_by_verb, entries_of

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

PLACES = "childcare/enrolment/place/v1"
URL = "http://localhost:8000/api/pushes/childcare"


def _change(**fields):
    change = {
        "id": "7d2f6c1a-3d0e-4b57-9a33-0a5b8c1d2e3f",
        "kind": "enrolled",
        "data_set": PLACES,
        "persons": [CHILD.number, "Y200000013"],
        "on": "2022-09-10",
    }
    return {**change, **fields}


def _told(platform, change, *, agency="childcare", key=None, headers=None):
    body = change if isinstance(change, bytes) else json.dumps(change).encode()
    key = key or SigningKey.load(platform.world.folder("childcare") / "key")
    headers = headers or sign_request(
        method="POST",
        url=URL,
        headers={},
        body=body,
        key=key,
        created=datetime.now(UTC),
        nonce=secrets.token_hex(8),
    )
    return actions.accept_push(agency=agency, method="POST", url=URL, headers=headers, body=body)


def test_a_change_is_taken_once_and_the_people_we_know_see_it_on_their_trail(platform):
    first, second = _told(platform, _change()), _told(platform, _change())
    assert first == second
    assert first.persons == (platform.child.uuid,)
    assert Job.objects.filter(kind="exchange.pushed").count() == 1
    assert [e.verb for e in entries_of(platform.child.uuid)].count("exchange.change_told") == 1


def test_no_number_is_kept(platform):
    _told(platform, _change())
    assert CHILD.number not in json.dumps(list(models.Push.objects.values()), default=str)


def test_a_change_about_strangers_leaves_nothing_but_a_count_on_the_trail(platform):
    unknown = ["Y200000013", "A800000014"]
    view = _told(platform, _change(persons=unknown))
    assert view.persons == ()
    (entry,) = entries_by_verb("exchange.change_not_kept")
    assert entry.subject is None
    assert entry.details["persons"] == 2
    kept = [*models.Push.objects.values(), *Job.objects.values(), entry.details]
    assert not any(number in json.dumps(kept, default=str) for number in unknown)
    assert [find_person(number) for number in unknown] == [None, None]


def test_listeners_hear_of_it(platform, monkeypatch):
    heard = []
    monkeypatch.setattr(listeners, "_pushed", [heard.append])
    _told(platform, _change())
    _told(platform, _change())
    assert [view.kind for view in heard] == ["enrolled"]


def test_an_agency_cannot_tell_in_anothers_name(platform):
    for wrong in ({"key": SigningKey.generate()}, {"agency": "tax"}, {"agency": "nobody"}):
        with pytest.raises(Refused, match="push_unsigned"):
            _told(platform, _change(), **wrong)
    with pytest.raises(Refused, match="push_malformed"):
        _told(platform, _change(data_set="tax/income/rate/v1"))


def test_a_recorded_message_is_not_taken_again(platform):
    body = json.dumps(_change()).encode()
    headers = sign_request(
        method="POST",
        url=URL,
        headers={},
        body=body,
        key=SigningKey.load(platform.world.folder("childcare") / "key"),
        created=datetime.now(UTC),
        nonce="once",
    )
    _told(platform, body, headers=headers)
    with pytest.raises(Refused, match="push_unsigned"):
        _told(platform, body, headers=headers)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"),
        ("kind", ""),
        ("kind", 5),
        ("on", "yesterday"),
        ("persons", "all"),
        ("persons", [5]),
        ("data_set", None),
        ("extra", 1),
    ],
)
def test_a_malformed_change_names_its_field(platform, field, value):
    with pytest.raises(Refused, match="push_malformed") as refused:
        _told(platform, _change(**{field: value}))
    assert refused.value.details["field"] == ("body" if field == "extra" else field)


def test_what_the_agencys_outbox_sends_is_what_the_inbox_takes(platform):
    world = platform.world
    agencies = world.folder("childcare").parent
    on = date(2022, 9, 10)
    changes.enrol(agencies, number=CHILD.number, kind="care", value="public", on=on)
    with world.serving():
        assert Outbox(AgencyFolder.load(world.folder("childcare"))).deliver() == 1
    ((headers, body),) = world.pushed
    view = actions.accept_push(
        agency="childcare",
        method="POST",
        url=f"{world.urls['owner']}/api/pushes/childcare",
        headers=headers,
        body=body,
    )
    assert (view.kind, view.persons) == ("enrolled", (platform.child.uuid,))


def _asked(platform, basis, key):
    url = f"http://localhost:8000/api/agreements/{basis}/status"
    headers = sign_request(
        method="GET",
        url=url,
        headers={},
        body=b"",
        key=key,
        created=datetime.now(UTC),
        nonce=secrets.token_hex(8),
    )
    answer = queries.agreement_status(basis, url=url, headers=headers)
    owner = platform.world.owner.public
    verify_response(
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        key_of={owner.key_id: owner}.get,
        now=datetime.now(UTC),
        request_headers=headers,
    )
    return answer.status, json.loads(answer.body)


def test_a_provider_is_told_by_signature_whether_an_agreement_stands(platform):
    tax = SigningKey.load(platform.world.folder("tax") / "key")
    agreement = platform.agreed(_fact(platform), parties=[_party(platform)])
    status, told = _asked(platform, agreement.id, tax)
    assert (status, told["id"], told["state"]) == (200, agreement.id, "active")
    platform.say(agreement, platform.mother, "revoke")
    assert _asked(platform, agreement.id, tax)[1]["state"] == "revoked"
    assert _asked(platform, "sha-256:none", tax)[0] == 404


def test_nobody_else_is_told(platform):
    agreement = platform.agreed(_fact(platform), parties=[_party(platform)])
    assert _asked(platform, agreement.id, SigningKey.generate()) == (401, {"error": "key"})


def _fact(platform):
    return FactRequest(platform.mother.ref, "tax_rate", "at_least", 20, "tax/income/rate/v1")


def _party(platform):
    return Party("mother", platform.mother.ref, AssuranceLevel.MEDIUM)


def test_what_an_agency_can_answer_now_is_asked_at_once_and_only_its_own(platform):
    """The signed call after a 202: it names transfers, carries no fact and wakes no listener."""
    places = Predicate("child", "care", "is", "none")
    mandate = platform.world.mandate((PLACES, "care"))
    waiting = {}
    for provider, data_set in (("childcare", PLACES), ("tax", RATE)):
        row = models.Transfer.objects.create(
            asked_key=provider, provider=provider, data_set=data_set, recipient="child-welfare",
            subject=platform.child.uuid, case_ref="C-1", month="2022-09",
            predicates=[places.to_json()], basis_kind="mandate", basis=mandate.id,
            created_at=timezone.now(),
        )  # fmt: skip
        enqueue(kind="exchange.transfer", payload={"transfer": str(row.uuid)}, key=str(row.uuid))
        waiting[provider] = str(row.uuid)
    later = timezone.now() + timedelta(hours=1)
    Job.objects.update(not_before=later)
    ready = _change(kind="ready", persons=[], transfers=list(waiting.values()))
    _told(platform, ready)
    due = {job.key: job.not_before < later for job in Job.objects.filter(done_at=None)}
    assert due[waiting["childcare"]]
    assert not due[waiting["tax"]]
    assert not Job.objects.filter(kind="exchange.pushed").exists()
    for wrong in (_change(kind="ready"), _change(transfers=[]), ready | {"transfers": ["x"]}):
        with pytest.raises(Refused, match="push_malformed"):
            _told(platform, wrong)
