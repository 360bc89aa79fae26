"""The platform asks through the gateway: sealed on the way, both halves on the trail."""

import pytest

from agencies.world import RATE
from exchange.conftest import Platform
from gateway.streets import Streets
from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.exchange import actions, queries
from minben.exchange.types import TransferState
from minben.facts.predicate import Predicate
from minben.jobs.worker import run_due
from minben.protocol.agreement import FactRequest, Party
from minben.protocol.file_lane import read_lane
from minben.protocol.intake import read_record
from minben.trail import queries as trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HIGH = Predicate("mother", "tax_rate", "at_least", 20)


@pytest.fixture
def streets(tmp_path, settings):
    made = Streets(tmp_path)
    settings.VAR, settings.AGENCIES = tmp_path, tmp_path / "agencies"
    settings.ORIGIN = made.world.urls["owner"]
    settings.GATEWAY_URL, settings.GATEWAY_FOLDER = made.url, tmp_path / "gateway"
    yield made
    made.close()


def _agreed(platform):
    mother = Party("mother", platform.mother.ref, assurance=AssuranceLevel.MEDIUM)
    fact = FactRequest(platform.mother.ref, "tax_rate", "at_least", 20, RATE)
    return platform.agreed(fact, parties=[mother])


def test_an_answer_that_came_sealed_is_used_and_its_two_halves_name_one_transfer(streets):
    platform = Platform(streets.world)
    agreement = _agreed(platform)
    with streets.open("tax"):
        (uuid,) = actions.request_facts(
            subject=platform.mother.uuid, predicates=[HIGH], month=Month(2022, 9),
            case_ref="C-1", agreement_id=agreement.id,
        )  # fmt: skip
        run_due()
    view = queries.transfer(uuid)
    assert view.state is TransferState.ANSWERED
    (answer,) = queries.answers_for("C-1")
    assert answer.value is False
    kept = queries.evidence(uuid)
    assert set(kept) >= {"opened", "opened_with", "logged"}
    (released,) = (
        read_record(r.data).payload for r in read_lane(streets.var / "lanes/gateway-0", 0, 9)
    )
    received = [e for e in trail.entries_of(platform.mother.uuid) if e.verb == "exchange.received"]
    assert released["details"]["transfer"] == str(uuid) == received[0].details["transfer"]
    assert released["entry"] in received[0].details["logged"]


def test_what_a_person_takes_back_the_gateway_knows_at_once(streets):
    platform = Platform(streets.world)
    agreement = _agreed(platform)
    with streets.open("tax"):
        request = streets.request(
            streets.world.signature(agreement, platform.mother), agreement=agreement,
            subject=platform.mother,
        )  # fmt: skip
        platform.say(agreement, platform.mother, "revoke")
        answer = streets.send(streets.sealed(request))
    assert answer.json()["error"]["key"] == "revoked"
