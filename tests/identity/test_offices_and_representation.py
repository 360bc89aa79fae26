"""Who may do what, and for whom."""

from datetime import date
from pathlib import Path

import pytest

import minben
from identity.people import ON, known
from idp.provider import CLERK, FATHER, MOTHER, OFFICER
from minben.base.refusal import Refused
from minben.identity import actions, models, queries
from minben.identity.types import RepresentationKind, Role
from minben.trail.models import Disclosure

pytestmark = pytest.mark.django_db


def child_of(*parents):
    child = models.Person.objects.create(name="示例嬰", birth_date=date(2022, 7, 3)).uuid
    actions.record_family(
        person=child,
        mother=parents[0].person,
        father=parents[1].person if len(parents) > 1 else None,
        source="register",
        on=ON,
    )
    return child


def test_a_role_ends_at_once():
    chief = known(OFFICER, roles=(Role.DATA_PROTECTION_OFFICER,))
    clerk = known(CLERK)
    actions.appoint(person=clerk.person, role=Role.CLERK, agency="child-welfare", by=chief)
    assert Role.CLERK in queries.roles(clerk.person)
    assert queries.office_of(clerk.person) == "child-welfare"
    actions.dismiss(person=clerk.person, role=Role.CLERK, agency="child-welfare", by=chief)
    assert queries.roles(clerk.person) == {Role.CITIZEN}
    assert {d.verb for d in Disclosure.objects.filter(subject=clerk.person)} == {
        "identity.appointed",
        "identity.dismissed",
    }


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.DATA_PROTECTION_OFFICER])
def test_nobody_else_appoints_or_dismisses(role):
    someone = known(OFFICER, roles=(role,))
    for verb in (actions.appoint, actions.dismiss):
        with pytest.raises(Refused, match=r"identity\.not_your_office"):
            verb(person=known(CLERK).person, role=role, agency="child-welfare", by=someone)


def test_an_officer_appoints_at_their_own_office_only_and_never_themselves():
    chief = known(OFFICER, roles=(Role.DATA_PROTECTION_OFFICER,))
    with pytest.raises(Refused, match=r"identity\.not_your_office"):
        actions.appoint(person=known(CLERK).person, role=Role.CLERK, agency="tax", by=chief)
    with pytest.raises(Refused, match=r"identity\.own_role"):
        actions.appoint(person=chief.person, role=Role.CLERK, agency="child-welfare", by=chief)


def test_a_role_at_one_office_lends_nothing_at_another():
    someone = known(OFFICER, roles=(Role.CASE_OFFICER,), agency="child-welfare")
    actions.install(person=someone.person, role=Role.DATA_PROTECTION_OFFICER, agency="tax")
    assert queries.office_of(someone.person) == "child-welfare"
    assert queries.roles(someone.person) == {Role.CITIZEN, Role.CASE_OFFICER}


def test_no_page_makes_an_actor_without_a_session():
    package = Path(minben.__file__).parent
    pages = [p for roof in ("portal", "office", "api", "ui") for p in (package / roof).rglob("*")]
    written = [p for p in pages if p.suffix in (".py", ".html")]
    assert written
    assert [p.name for p in written if "actor_of" in p.read_text("utf-8")] == []


def test_roles_are_not_installed_outside_the_demo(settings):
    person = known(CLERK).person
    settings.DEMO = False
    with pytest.raises(Refused, match=r"identity\.demo_only"):
        actions.install(person=person, role=Role.CLERK, agency="x")


def test_parents_are_guardians_of_a_minor_until_majority():
    mother, father = known(MOTHER), known(FATHER)
    child = child_of(mother, father)
    assert len(actions.record_guardians(child=child, on=ON)) == 2
    assert len(actions.record_guardians(child=child, on=ON)) == 2
    held = queries.may_act_for(representative=mother.person, principal=child, on=ON)
    assert held is not None
    assert held.kind is RepresentationKind.GUARDIAN
    grown = date(2041, 7, 3)
    assert queries.may_act_for(representative=mother.person, principal=child, on=grown) is None
    assert models.Representation.objects.count() == 2


def test_a_stranger_does_not_act_for_a_child():
    child = child_of(known(MOTHER))
    actions.record_guardians(child=child, on=ON)
    stranger = known(FATHER)
    assert queries.may_act_for(representative=stranger.person, principal=child, on=ON) is None


def test_a_guardianship_is_not_ended_by_hand():
    mother = known(MOTHER)
    child = child_of(mother)
    (held,) = actions.record_guardians(child=child, on=ON)
    with pytest.raises(Refused, match=r"identity\.guardianship_by_law"):
        actions.end_representation(uuid=held.uuid, by=mother)


def test_a_power_of_attorney_is_given_by_its_principal_for_a_year_at_most():
    mother, father = known(MOTHER), known(FATHER)
    until = date(2023, 3, 1)
    held = actions.give_power_of_attorney(
        representative=father.person, until=until, on=ON, by=mother
    )
    assert queries.representations_of(father.person, on=until) == []
    with pytest.raises(Refused, match=r"identity\.no_such_representation"):
        actions.accept_power_of_attorney(uuid=held.uuid, by=mother)
    actions.accept_power_of_attorney(uuid=held.uuid, by=father)
    assert queries.representations_of(father.person, on=until) == [held]
    assert queries.representations_of(father.person, on=date(2023, 3, 2)) == []
    for wrong in (ON, date(2023, 9, 16)):
        with pytest.raises(Refused, match=r"identity\.power_too_long"):
            actions.give_power_of_attorney(
                representative=father.person, until=wrong, on=ON, by=mother
            )
    with pytest.raises(Refused, match=r"identity\.power_for_self"):
        actions.give_power_of_attorney(representative=mother.person, until=until, on=ON, by=mother)


def test_either_side_ends_a_power_of_attorney_and_nobody_else_learns_of_it():
    mother, father, stranger = known(MOTHER), known(FATHER), known(CLERK)
    held = actions.give_power_of_attorney(
        representative=father.person, until=date(2023, 3, 1), on=ON, by=mother
    )
    with pytest.raises(Refused, match=r"identity\.no_such_representation"):
        actions.end_representation(uuid=held.uuid, by=stranger)
    actions.end_representation(uuid=held.uuid, by=father)
    assert queries.representations_of(father.person, on=ON) == []
