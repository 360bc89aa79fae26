"""People and their numbers."""

from datetime import date

import pytest
from django.db import connection

from identity.people import ON, known
from idp.provider import FATHER, MOTHER
from minben.base.refusal import Refused
from minben.identity import actions, models, queries

pytestmark = pytest.mark.django_db
OLD, NEW = "AC01234569", "A800000014"


def test_a_number_is_found_again_but_stands_nowhere_readable():
    person = actions.find_or_create_person(number=MOTHER, on=ON, name="示例母")
    again = actions.find_or_create_person(number=f" {MOTHER.lower()} ", on=ON)
    assert again.uuid == person.uuid
    assert queries.number_of(person.uuid) == MOTHER
    with connection.cursor() as cursor:
        for model in (models.Person, models.PersonNumber, models.User):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert MOTHER not in str(cursor.fetchall())


def test_full_width_digits_are_the_same_number():
    wide = MOTHER.translate({ord(c): ord(c) + 0xFEE0 for c in MOTHER})
    person = actions.find_or_create_person(number=MOTHER, on=ON)
    assert actions.find_or_create_person(number=wide, on=ON).uuid == person.uuid


def test_a_wrong_check_digit_is_refused_without_repeating_the_number():
    wrong = MOTHER[:-1] + str((int(MOTHER[-1]) + 1) % 10)
    with pytest.raises(Refused, match=r"identity\.number_invalid") as refusal:
        actions.find_or_create_person(number=wrong, on=ON)
    assert wrong not in str(refusal.value) + str(refusal.value.details)


def _resident(first: str, second: str, value: int) -> str:
    for check in range(10):
        number = f"{first}{second}0123456{check}"
        weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
        digits = f"10{value}0123456{check}"
        if sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10 == 0:
            return number
    raise AssertionError


def test_old_and_new_resident_number_are_one_person():
    old, new = _resident("A", "C", 2), _resident("A", "8", 8)
    person = actions.find_or_create_person(number=old, on=ON)
    actions.link_number(person=person.uuid, number=new, on=ON)
    assert actions.find_or_create_person(number=new, on=ON).uuid == person.uuid
    assert queries.numbers_of(person.uuid) == [new, old]


def test_an_old_resident_number_is_no_number_after_2030():
    with pytest.raises(Refused, match=r"identity\.number_invalid"):
        actions.find_or_create_person(number=_resident("A", "C", 2), on=date(2031, 1, 1))


def test_a_new_resident_number_is_no_number_before_it_was_issued():
    with pytest.raises(Refused, match=r"identity\.number_invalid"):
        actions.find_or_create_person(number=_resident("A", "8", 8), on=date(2021, 1, 1))


def test_someone_elses_number_is_not_linked():
    mother, father = known(MOTHER), known(FATHER)
    with pytest.raises(Refused, match=r"identity\.number_of_another"):
        actions.link_number(person=mother.person, number=FATHER, on=ON)
    assert queries.number_of(father.person) == FATHER


def test_the_register_is_believed_and_a_relation_that_ended_is_kept():
    mother, father = known(MOTHER), known(FATHER)
    child = models.Person.objects.create(name="示例嬰", birth_date=date(2022, 7, 3)).uuid
    told = {"person": child, "source": "household-registration/register/person/v1", "on": ON}
    actions.record_family(mother=mother.person, father=None, **told)
    actions.record_family(mother=mother.person, father=father.person, **told)
    family = queries.family_of(child)
    assert [p.uuid for p in family.parents] == [mother.person, father.person]
    assert [p.uuid for p in queries.family_of(father.person).children] == [child]
    actions.record_family(mother=mother.person, father=None, **told)
    assert queries.family_of(child).father is None
    assert models.Relation.objects.filter(until__isnull=False).count() == 1


def test_a_household_is_who_is_registered_together_now():
    mother, father = known(MOTHER), known(FATHER)
    actions.record_household(members=(mother.person, father.person), township="63000010", on=ON)
    actions.record_household(members=(father.person,), township="63000020", on=ON)
    assert [p.uuid for p in queries.household_of(father.person)] == [father.person]
    assert [p.uuid for p in queries.household_of(mother.person)] == [mother.person]


def test_majority_was_twenty_and_is_eighteen_since_2023():
    young = models.Person.objects.create(name="示例", birth_date=date(2004, 1, 2)).uuid
    assert queries.is_minor(young, on=date(2022, 12, 31))
    assert not queries.is_minor(young, on=date(2023, 1, 1))
