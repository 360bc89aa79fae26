"""What a dishonest platform, recipient or signatory would try, and what a provider says to it."""

from agencies.world import FATHER, MOTHER, STRANGER
from minben.base.assurance import AssuranceLevel
from minben.kit.folder import write_json
from minben.protocol.agreement import Party


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


def _about(fact, who):
    return type(fact)(who.ref, fact.fact, fact.op, fact.value, fact.data_set)
