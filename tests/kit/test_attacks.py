"""What a dishonest platform, recipient or signatory would try, and what a provider says to it."""

import pytest

from agencies.world import FATHER, MOTHER, RATE, STRANGER
from minben.base.assurance import AssuranceLevel
from minben.kit import compare
from minben.kit.folder import write_json
from minben.kit.store import Store
from minben.protocol.agreement import FactRequest, Party

# Every test starts servers of its own.
pytestmark = pytest.mark.slow


def _key(answer):
    return answer.json()["error"]["key"]


def test_nobody_opens_anothers_taxes_by_calling_themselves_a_representative(world):
    party = Party("victim", STRANGER.ref, AssuranceLevel.MEDIUM, MOTHER.ref, "attorney:made-up")
    fact = world.agreement().facts[0]
    agreement = world.agreement(_about(fact, STRANGER), parties=[party])
    body = world.transfer(agreement, world.signature(agreement, MOTHER), subject=STRANGER)
    with world.serving("tax"):
        assert _key(world.ask("tax", body)) == "not_for_another"


def test_a_second_role_for_the_same_person_does_not_loosen_the_bond_to_their_number(world):
    own = Party("self", MOTHER.ref, AssuranceLevel.MEDIUM)
    other = Party("helper", MOTHER.ref, AssuranceLevel.MEDIUM, FATHER.ref, "guardian:made-up")
    descriptor = world.descriptor("tax")
    descriptor["datasets"][0]["representatives"] = ["guardian"]
    write_json(world.folder("tax") / "agency.json", descriptor)
    for parties in ([own, other], [other, own]):
        agreement = world.agreement(parties=parties)
        signed = [world.signature(agreement, who) for who in (MOTHER, FATHER)]
        body = world.transfer(agreement, *signed)
        body["subject"]["number"] = STRANGER.number
        with world.serving("tax"):
            assert _key(world.ask("tax", body)) == "wrong_subject"


def test_a_sure_signature_by_one_method_does_not_lend_its_level_to_another(world):
    descriptor = world.descriptor("tax")
    descriptor["datasets"][0]["methods"] = ["nhi_card"]
    write_json(world.folder("tax") / "agency.json", descriptor)
    agreement = world.agreement(parties=[Party("mother", MOTHER.ref)])
    sure = world.signature(agreement, MOTHER)
    right = world.signature(agreement, MOTHER, assurance=AssuranceLevel.LOW, method="nhi_card")
    with world.serving("tax"):
        answer = world.ask("tax", world.transfer(agreement, sure, right))
    assert _key(answer) == "method_not_accepted"


def test_a_monthly_permission_is_used_once_a_month(world):
    agreement = world.agreement(frequency="monthly")
    signature = world.signature(agreement, MOTHER)
    with world.serving("tax"):
        first = world.transfer(agreement, signature)
        assert world.ask("tax", first).status_code == 200
        again = world.transfer(agreement, signature, month="2022-10")
        assert _key(world.ask("tax", again)) == "already_used"
        assert world.ask("tax", first).status_code == 200


def test_a_revocation_told_while_the_register_is_read_still_stops_the_answer(world, monkeypatch):
    agreement = world.agreement()
    compared = compare.answer

    def slowly(request, held):
        told = {"agreement": agreement.to_json()}
        told["signature"] = world.signature(agreement, MOTHER, "revoke").to_json()
        assert world.ask("tax", told, "/revocations").status_code == 200
        return compared(request, held)

    monkeypatch.setattr(compare, "answer", slowly)
    with world.serving("tax"):
        answer = world.ask("tax", world.transfer(agreement, world.signature(agreement, MOTHER)))
    assert _key(answer) == "revoked"
    assert [line["what"] for line in world.lane("tax")] == ["revoked"]


def test_shapes_that_break_programs_are_refused_by_name(world):
    deep = inner = {}
    for _ in range(400):
        inner["a"] = {}
        inner = inner["a"]
    agreement = world.agreement()
    good = world.transfer(agreement, world.signature(agreement, MOTHER))
    signature = good["basis"]["signatures"][0]
    mandate = world.mandate((RATE, "tax_rate"))
    opened = {"kind": "mandate", "signatures": [world.signed(mandate)]}
    bodies = [
        {**good, "basis": {**good["basis"], "signatures": [{**signature, "evidence": deep}]}},
        {**good, "basis": {**opened, "mandate": {**mandate.to_json(), "approver": []}}},
        {**good, "basis": {**opened, "mandate": {**mandate.to_json(), "recipient": {}}}},
    ]
    with world.serving("tax"):
        for body in bodies:
            answer = world.ask("tax", body)
            assert (answer.status_code, _key(answer)[-8:]) == (403, "_invalid")


@pytest.mark.parametrize("value", [[20], {"least": 20}, 20.5])
def test_a_comparison_with_something_that_is_no_value_is_no_agreement(value):
    with pytest.raises(ValueError, match="compared with"):
        FactRequest(MOTHER.ref, "tax_rate", "at_least", value, RATE)


def test_when_the_log_is_not_durable_nothing_leaves_until_a_restart(world, monkeypatch, caplog):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))

    def full(_):
        raise OSError(28, "No space left on device")

    with world.serving("tax"):
        monkeypatch.setattr("os.fdatasync", full)
        assert _key(world.ask("tax", body)) == "broken_program"
        monkeypatch.undo()
        again = world.ask("tax", body)
        assert (again.status_code, _key(again)) == (503, "broken_program")
    with world.serving("tax"):
        assert world.ask("tax", body).status_code == 200
    assert [line["what"] for line in world.lane("tax")] == ["released"]
    assert MOTHER.number not in caplog.text


def _about(fact, who):
    return type(fact)(who.ref, fact.fact, fact.op, fact.value, fact.data_set)


def test_numbers_and_answers_that_a_provider_remembers_are_for_its_owner_alone(tmp_path):
    store = Store(tmp_path / "kit.sqlite3")
    store.wait("t", RATE, MOTHER.number)
    files = list(tmp_path.iterdir())
    assert files
    assert not [file.name for file in files if file.stat().st_mode & 0o077]
    store.close()
