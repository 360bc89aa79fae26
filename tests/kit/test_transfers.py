"""A provider answers exactly what was agreed, to whom it was agreed, once — and logs it first."""

import json
from datetime import timedelta

import pytest

from agencies.world import CHILD, FATHER, MOTHER, RATE, STRANGER
from minben.base.assurance import AssuranceLevel
from minben.kit.folder import write_json
from minben.protocol.agreement import FactRequest, Party
from minben.protocol.keys import SigningKey

# Every test starts servers of its own.
pytestmark = pytest.mark.slow


def _key(answer):
    return answer.json()["error"]["key"]


def test_only_the_comparison_leaves_and_never_the_rate(world):
    agreement = world.agreement()
    with world.serving("tax"):
        answer = world.ask("tax", world.transfer(agreement, world.signature(agreement, MOTHER)))
    assert answer.status_code == 200
    told = answer.json()["answers"][0]
    assert (told["known"], told["result"]) == (True, False)
    assert "12" not in json.dumps(told)


def test_the_release_stands_in_the_providers_own_log_without_number_or_answer(world):
    agreement = world.agreement()
    with world.serving("tax"):
        world.ask("tax", world.transfer(agreement, world.signature(agreement, MOTHER)))
    (entry,) = world.lane("tax")
    assert entry["what"] == "released"
    assert entry["basis"] == agreement.id
    assert MOTHER.number not in json.dumps(entry)
    assert "result" not in json.dumps(entry)


def test_the_same_transfer_again_gives_the_same_bytes_and_one_log_line(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        first, second = world.ask("tax", body), world.ask("tax", body)
    assert first.content == second.content
    assert len(world.lane("tax")) == 1


def test_after_a_restart_the_same_transfer_still_gives_the_same_bytes(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        first = world.ask("tax", body)
    with world.serving("tax"):
        second = world.ask("tax", body)
    assert first.content == second.content
    assert len(world.lane("tax")) == 1


def test_a_single_use_agreement_is_used_up_by_its_first_transfer(world):
    agreement = world.agreement()
    signature = world.signature(agreement, MOTHER)
    with world.serving("tax"):
        world.ask("tax", world.transfer(agreement, signature))
        second = world.ask("tax", world.transfer(agreement, signature))
    assert (second.status_code, _key(second)) == (409, "already_used")


def test_a_standing_agreement_answers_again(world):
    agreement = world.agreement(frequency="unlimited")
    signature = world.signature(agreement, MOTHER)
    with world.serving("tax"):
        world.ask("tax", world.transfer(agreement, signature))
        assert world.ask("tax", world.transfer(agreement, signature)).status_code == 200


def test_revoking_holds_from_the_very_next_request_even_for_an_answer_given_before(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        assert world.ask("tax", body).status_code == 200
        world.states[agreement.id] = "revoked"
        assert _key(world.ask("tax", body)) == "revoked"


def test_a_persons_own_revocation_told_to_the_provider_needs_nobody_elses_word(world):
    agreement = world.agreement()
    accepted, revoked = (world.signature(agreement, MOTHER, v) for v in ("accept", "revoke"))
    told = {"agreement": agreement.to_json(), "signature": revoked.to_json()}
    with world.serving("tax"):
        assert world.ask("tax", told, "/revocations").status_code == 200
        assert _key(world.ask("tax", world.transfer(agreement, accepted))) == "revoked"


def test_without_word_from_the_consent_owner_nothing_leaves(world):
    agreement = world.agreement()
    with world.serving("tax", owner=False):
        answer = world.ask("tax", world.transfer(agreement, world.signature(agreement, MOTHER)))
    assert (answer.status_code, _key(answer)) == (503, "status_unreachable")
    assert "retry-after" in answer.headers
    assert world.lane("tax") == []


def test_an_expired_agreement_is_refused(world):
    agreement = world.agreement(valid_for=timedelta(days=-1))
    at = agreement.valid_from + timedelta(hours=1)
    with world.serving("tax"):
        answer = world.ask(
            "tax", world.transfer(agreement, world.signature(agreement, MOTHER, at=at))
        )
    assert _key(answer) == "expired"


def test_one_of_two_required_signatures_is_not_enough(world):
    parties = (Party("mother", MOTHER.ref), Party("father", FATHER.ref))
    agreement = world.agreement(parties=parties)
    with world.serving("tax"):
        body = world.transfer(agreement, world.signature(agreement, MOTHER))
        assert _key(world.ask("tax", body)) == "not_active"
        both = [world.signature(agreement, p) for p in (MOTHER, FATHER)]
        assert world.ask("tax", world.transfer(agreement, *both)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"subject": STRANGER},
        {"subject": FATHER},
        {"value": 5},
        {"op": "is"},
        {"fact": "tax_rate", "op": "value", "value": None},
    ],
)
def test_what_the_agreement_does_not_name_is_not_answered(world, change):
    agreement = world.agreement()
    with world.serving("tax"):
        body = world.transfer(agreement, world.signature(agreement, MOTHER), **change)
        assert _key(world.ask("tax", body)) in ("not_covered", "predicate_only")


def test_another_number_under_the_same_reference_is_a_wrong_subject(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    body["subject"]["number"] = STRANGER.number
    with world.serving("tax"):
        assert _key(world.ask("tax", body)) == "wrong_subject"


def test_the_subjects_salt_is_needed_to_prove_who_they_are(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    del body["subject"]["salt"]
    with world.serving("tax"):
        assert _key(world.ask("tax", body)) == "wrong_subject"


def test_a_signature_vouched_for_by_a_stranger_counts_for_nothing(world):
    agreement = world.agreement()
    forged = world.signature(agreement, MOTHER, key=SigningKey.generate())
    with world.serving("tax"):
        assert _key(world.ask("tax", world.transfer(agreement, forged))) == "agreement_invalid"


def test_a_signature_under_too_weak_a_credential_is_named(world):
    party = Party("mother", MOTHER.ref, AssuranceLevel.LOW)
    agreement = world.agreement(parties=[party])
    weak = world.signature(agreement, MOTHER, assurance=AssuranceLevel.LOW)
    with world.serving("tax"):
        answer = world.ask("tax", world.transfer(agreement, weak))
    assert _key(answer) == "assurance_too_low"
    assert "medium" in answer.json()["error"]["mistake"]["en"]


def test_a_data_set_may_demand_a_method_of_signing(world):
    descriptor = world.descriptor("tax")
    descriptor["datasets"][0]["methods"] = ["mobile_fido"]
    write_json(world.folder("tax") / "agency.json", descriptor)
    agreement = world.agreement()
    with world.serving("tax"):
        card = world.transfer(agreement, world.signature(agreement, MOTHER))
        assert _key(world.ask("tax", card)) == "method_not_accepted"
        phone = world.signature(agreement, MOTHER, method="mobile_fido")
        assert world.ask("tax", world.transfer(agreement, phone)).status_code == 200


def test_a_guardian_signs_for_a_child(world):
    place = "childcare/enrolment/place/v1"
    fact = FactRequest(CHILD.ref, "care", "is", "public", place)
    party = Party("child", CHILD.ref, AssuranceLevel.MEDIUM, MOTHER.ref, "guardian")
    agreement = world.agreement(fact, parties=[party])
    body = world.transfer(
        agreement,
        world.signature(agreement, MOTHER),
        subject=CHILD,
        fact="care",
        op="is",
        value="public",
        data_set=place,
    )
    with world.serving("childcare"):
        answer = world.ask("childcare", body)
        stranger = world.agreement(fact, parties=[party])
        body["basis"]["agreement"] = stranger.to_json()
        body["basis"]["signatures"] = [world.signature(stranger, FATHER).to_json()]
        refused = world.ask("childcare", body)
    assert answer.json()["answers"][0]["result"] is False
    assert _key(refused) == "agreement_invalid"


def test_a_recipient_who_is_not_on_the_allow_list_gets_nothing(world):
    trust = json.loads((world.folder("tax") / "trust.json").read_text("utf-8"))
    trust["allow"] = {RATE: []}
    write_json(world.folder("tax") / "trust.json", trust)
    agreement = world.agreement()
    with world.serving("tax"):
        answer = world.ask("tax", world.transfer(agreement, world.signature(agreement, MOTHER)))
    assert _key(answer) == "not_allowed"


def test_an_agency_cannot_ask_in_anothers_name(world):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        answer = world.ask("tax", body, key=SigningKey.generate())
        assert (answer.status_code, _key(answer)) == (401, "unsigned")
        unsigned = world.ask("tax", body, headers={"content-type": "application/json"})
        assert unsigned.status_code == 401


def test_the_same_id_for_another_question_is_refused(world):
    agreement = world.agreement(
        FactRequest(MOTHER.ref, "tax_rate", "at_least", 20, RATE),
        FactRequest(MOTHER.ref, "tax_rate", "at_least", 5, RATE),
    )
    signature = world.signature(agreement, MOTHER)
    first = world.transfer(agreement, signature)
    with world.serving("tax"):
        world.ask("tax", first)
        other = world.transfer(agreement, signature, value=5, id=first["transfer"])
        assert _key(world.ask("tax", other)) == "same_id_other_request"
