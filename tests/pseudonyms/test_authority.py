"""One place gives names and takes one back, for a reason, on the record."""

import json
from dataclasses import replace

import pytest

from agencies.world import CHILD, FATHER, MOTHER
from minben.base.identifiers import national_id
from minben.kit.problems import Problem
from minben.protocol.keys import SigningKey
from minben.pseudonyms.vault import Vault

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

FACT = ("household-registration/register/person/v1", "birth_date")


@pytest.fixture
def world(world):
    world.keys = {
        name: SigningKey.load(world.folder(name) / "key")
        for name in ("household-registration", "tax", "child-welfare")
    }
    with world.serving("pseudonyms"):
        yield world


def _named(world, *people, purpose="childcare-allowance", by="household-registration"):
    mandate = world.mandate(FACT, purpose=purpose)
    body = {"mandate": mandate.to_json(), "signature": world.signed(mandate)}
    body["numbers"] = [person.number for person in people]
    return world.ask("pseudonyms", body, "/pseudonyms", key=world.keys[by])


def _resolved(world, name, purpose="childcare-allowance", by="child-welfare", reason="offer"):
    mandate = world.mandate(FACT, purpose=purpose)
    body = {"mandate": mandate.to_json(), "signature": world.signed(mandate)}
    names = [name] if isinstance(name, str) else list(name)
    body |= {"pseudonyms": names, "reason": reason}
    return world.ask("pseudonyms", body, "/resolve", key=world.keys[by])


def test_the_same_person_has_the_same_name_in_a_purpose_and_another_in_another(world):
    first = _named(world, MOTHER, CHILD).json()["pseudonyms"]
    again = _named(world, CHILD, MOTHER, by="child-welfare").json()["pseudonyms"]
    other = _named(world, MOTHER, CHILD, purpose="school-lunch").json()["pseudonyms"]
    assert first == again[::-1]
    assert not set(first) & set(other)


def test_the_owner_agency_resolves_one_person_for_a_reason_that_is_logged(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    assert _resolved(world, name).json()["numbers"] == [CHILD.number]
    entry = world.lane("pseudonyms")[-1]
    assert (entry["what"], entry["by"], entry["reason"]) == ("resolved", "child-welfare", "offer")
    assert CHILD.number not in json.dumps(world.lane("pseudonyms"))


def test_a_provider_may_name_but_never_resolve(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    answer = _resolved(world, name, by="household-registration")
    assert (answer.status_code, answer.json()["error"]["key"]) == (403, "not_the_owner")


def test_an_agency_outside_the_mandate_gets_no_names(world):
    assert _named(world, CHILD, by="tax").json()["error"]["key"] == "not_covered"


def test_a_name_of_one_purpose_leads_nowhere_in_another(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    answer = _resolved(world, name, purpose="school-lunch")
    assert answer.json()["error"]["key"] == "no_pseudonym"


def test_a_mandate_that_nobody_approved_opens_nothing(world):
    mandate = world.mandate(FACT)
    body = {"mandate": mandate.to_json(), "numbers": [CHILD.number]}
    body["signature"] = world.signed(mandate, SigningKey.generate())
    answer = world.ask("pseudonyms", body, "/pseudonyms", key=world.keys["child-welfare"])
    assert answer.json()["error"]["key"] == "mandate_invalid"


def test_a_reason_is_needed(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    assert _resolved(world, name, reason="").json()["error"]["field"] == "reason"


def test_a_stranger_is_not_even_heard(world):
    mandate = world.mandate(FACT)
    body = {"mandate": mandate.to_json(), "signature": world.signed(mandate), "numbers": []}
    answer = world.ask("pseudonyms", body, "/pseudonyms", key=SigningKey.generate())
    assert answer.status_code == 401


def test_numbers_are_sealed_on_the_authoritys_own_disk(tmp_path):
    vault = Vault(tmp_path)
    vault.issue("p", [MOTHER.number, FATHER.number])
    vault.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert MOTHER.number.encode() not in path.read_bytes()
            assert path.parent.name != "purposes" or path.stat().st_mode & 0o077 == 0


def test_twenty_thousand_names_are_one_batch(tmp_path):
    vault = Vault(tmp_path)
    numbers = [national_id(letter="R", sex=1, serial=n) for n in range(20_000)]
    names = vault.issue("p", numbers)
    assert len(set(names)) == 20_000
    assert vault.issue("p", numbers[:5]) == names[:5]
    assert vault.resolve("p", names[7]) == numbers[7]
    vault.close()


def test_problems_speak_both_languages():
    problem = Problem("no_pseudonym", "pseudonym")
    assert problem.mistake.zh
    assert problem.mend.en


def test_a_withdrawn_mandate_neither_names_nor_resolves(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    mandate = world.mandate(FACT)
    world.states[mandate.id] = "withdrawn"
    body = {"mandate": mandate.to_json(), "signature": world.signed(mandate)}
    asked = {**body, "pseudonyms": [name], "reason": "offer"}
    for path, told in (("/resolve", asked), ("/pseudonyms", {**body, "numbers": [CHILD.number]})):
        answer = world.ask("pseudonyms", told, path, key=world.keys["child-welfare"])
        assert answer.json()["error"]["key"] == "revoked"


def test_another_agency_cannot_join_by_borrowing_a_purpose(world):
    (name,) = _named(world, CHILD).json()["pseudonyms"]
    mandate = replace(world.mandate(FACT), recipient="tax")
    body = {"mandate": mandate.to_json(), "signature": world.signed(mandate)}
    asked = {**body, "pseudonyms": [name], "reason": "curious"}
    for path, told in (("/resolve", asked), ("/pseudonyms", {**body, "numbers": [CHILD.number]})):
        answer = world.ask("pseudonyms", told, path, key=world.keys["tax"])
        assert answer.json()["error"]["key"] == "not_the_owner"
