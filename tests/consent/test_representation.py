"""Signing for another: only as recorded, and seen by everyone."""

from dataclasses import replace
from datetime import date

import pytest

from identity.people import ON
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.consent import actions, drafting, queries
from minben.facts.catalogue import HOUSEHOLD
from minben.identity import actions as people
from minben.protocol.agreement import FactRequest, Party, Rule
from minben.trail.models import Disclosure


def birth(family):
    return FactRequest(
        subject=f"person:{family.child}",
        fact="birth_date",
        op="value",
        value=None,
        data_set=HOUSEHOLD,
    )


def test_a_parent_signs_for_the_child_and_everybody_sees_it(family):
    view = family.proposed(birth(family))
    assert "示例母，代理 示例嬰" in view.text.zh
    view = family.says(view, family.mother)
    assert view.state.status == "active"
    assert view.signatures[0].for_name == "示例嬰"
    assert Disclosure.objects.filter(subject=family.child, verb="consent.accepted").exists()


def test_a_minors_facts_need_a_guardian(family):
    with pytest.raises(Refused, match=r"consent\.minor_needs_guardian"):
        drafting.agreement_for(
            requests=[birth(family)],
            applicant=family.clerk.person,
            roles={},
            purpose=family.terms().purpose,
            recipient="child-welfare",
            legal_basis="x",
        )


def test_a_representation_that_is_not_recorded_is_refused(family):
    terms = family.terms()
    father = next(p for p in terms.parties if p.role == "father")
    claimed = replace(father, representative=family.mother.ref, authority="attorney:x")
    claims = tuple(claimed if p.role == "father" else p for p in terms.parties)
    with pytest.raises(Refused, match=r"consent\.not_a_representative"):
        actions.propose(agreement=replace(terms, parties=claims), by=family.mother.ref)


def given(family):
    """The father lets the mother act for him, and she accepts."""
    held = people.give_power_of_attorney(
        representative=family.mother.person, until=date(2023, 3, 1), on=ON, by=family.father
    )
    return people.accept_power_of_attorney(uuid=held.uuid, by=family.mother)


def test_a_power_of_attorney_carries_until_it_ends(family):
    held = given(family)
    view = family.proposed()
    assert isinstance(view.agreement.parties[1], Party)
    assert view.agreement.parties[1].representative == family.mother.ref
    statement = family.statement(view, family.mother)
    evidence = family.evidence(statement, family.mother)
    people.end_representation(uuid=held.uuid, by=family.father)
    with pytest.raises(Refused, match=r"consent\.representation_ended"):
        actions.sign(statement=statement, evidence=evidence, by=family.mother)


def test_who_is_represented_does_not_accept_but_can_always_take_back(family):
    given(family)
    view = family.proposed()
    assert queries.agreement_for(view.id, by=family.father).id == view.id
    with pytest.raises(Refused, match=r"consent\.not_a_signatory"):
        family.statement(view, family.father)
    with pytest.raises(Refused, match=r"consent\.nothing_to_revoke"):
        family.statement(view, family.father, "revoke")
    assert family.says(view, family.mother).state.status == "active"
    assert family.says(view, family.father, "revoke").state.status == "revoked"


def test_a_company_is_signed_for_with_its_certificate_only(family):
    held = people.record_company_agent(
        person=family.mother.person, tax_id="22099131", name="示例托嬰中心", on=ON
    )
    company = Party(
        "company",
        f"company:{held.principal.uuid}",
        AssuranceLevel.HIGH,
        family.mother.ref,
        f"company:{held.uuid}",
    )
    terms = replace(family.terms(), parties=(company,), rule=Rule.role("company"), facts=())
    view = actions.propose(agreement=terms, by=family.mother.ref)
    assert "示例母，代理 示例托嬰中心（工商憑證）" in view.text.zh
    statement = family.statement(view, family.mother, assurance=AssuranceLevel.HIGH)
    for method in ("citizen_certificate", "corporate_certificate"):
        evidence = family.evidence(statement, family.mother, method=method)
        if method == "citizen_certificate":
            with pytest.raises(Refused, match=r"consent\.method_not_accepted"):
                actions.sign(statement=statement, evidence=evidence, by=family.mother)
        else:
            signed = actions.sign(statement=statement, evidence=evidence, by=family.mother)
            assert signed.state.status == "active"
