"""A statute consents where people need not: one officer drafts, another approves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.people import known
from idp.provider import CLERK, FATHER
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import actions, queries
from minben.consent.types import MandateState
from minben.facts.catalogue import HOUSEHOLD, TAX
from minben.identity.types import Role
from minben.protocol.keys import SigningKey
from minben.protocol.mandate import Mandate, is_signed
from minben.registry.queries import register_of_processing


@pytest.fixture
def drafter(family):
    return known(CLERK, roles=(Role.CASE_OFFICER,))


def draft(by, **more):
    now = timezone.now().replace(microsecond=0)
    fields = {
        "name": Text("育兒津貼主動清查", "Proactive screening for the allowance"),
        "article": "幼兒教育及照顧法第7條",
        "approver": "child-welfare-director",
        "purpose_key": "childcare-allowance",
        "purpose": Text("找出應受領的孩子", "Finding children who are due"),
        "recipient": "child-welfare",
        "facts": [(HOUSEHOLD, "birth_date"), (HOUSEHOLD, "mother")],
        "valid_from": now,
        "valid_until": now + timedelta(days=365),
    }
    return actions.draft_mandate(**{**fields, **more}, by=by)


def test_a_draft_holds_nothing_until_a_second_officer_approves(family, drafter, settings):
    view = draft(drafter)
    assert view.state is MandateState.DRAFTED
    assert queries.active_mandates() == []
    approved = actions.approve_mandate(mandate_id=view.id, by=family.officer)
    assert approved.state is MandateState.ACTIVE
    assert [m.id for m in queries.active_mandates()] == [view.id]
    key = SigningKey.load(settings.VAR / "keys" / "approver").public
    document = Mandate.from_json(approved.document)
    assert is_signed(document, approved.signature, {"child-welfare-director": key})
    assert approved.covers(HOUSEHOLD, "mother")
    assert not approved.covers(TAX, "tax_rate")
    assert queries.status_for_provider(view.id)["state"] == "active"
    (line,) = register_of_processing()
    assert (line.purpose.zh, line.facts) == ("找出應受領的孩子", ("birth_date", "mother"))


def test_nobody_approves_what_they_drafted(family):
    view = draft(family.officer)
    with pytest.raises(Refused, match=r"consent\.own_mandate"):
        actions.approve_mandate(mandate_id=view.id, by=family.officer)


def test_citizens_clerks_and_other_offices_neither_draft_approve_nor_withdraw(family, drafter):
    view = draft(drafter)
    elsewhere = known(FATHER, roles=(Role.DATA_PROTECTION_OFFICER,), agency="tax")
    for wrong in (family.mother, elsewhere):
        with pytest.raises(Refused, match=r"consent\.not_your_office"):
            draft(wrong)
        with pytest.raises(Refused, match=r"consent\.not_your_office"):
            actions.approve_mandate(mandate_id=view.id, by=wrong)
        with pytest.raises(Refused, match=r"consent\.not_your_office"):
            actions.withdraw_mandate(mandate_id=view.id, by=wrong)


def test_a_case_officer_drafts_but_does_not_approve(family, drafter):
    view = draft(family.officer)
    with pytest.raises(Refused, match=r"consent\.not_your_office"):
        actions.approve_mandate(mandate_id=view.id, by=drafter)


def test_a_withdrawn_or_ended_mandate_covers_nothing(family, drafter):
    now = timezone.now().replace(microsecond=0)
    view = draft(drafter)
    actions.approve_mandate(mandate_id=view.id, by=family.officer)
    later = queries.active_mandates(at=now + timedelta(days=366))
    assert later == []
    actions.withdraw_mandate(mandate_id=view.id, by=family.officer)
    assert queries.status_for_provider(view.id)["state"] == "withdrawn"
    with pytest.raises(Refused, match=r"consent\.mandate_ended"):
        actions.withdraw_mandate(mandate_id=view.id, by=family.officer)
    with pytest.raises(Refused, match=r"consent\.mandate_not_a_draft"):
        actions.approve_mandate(mandate_id=view.id, by=family.officer)


def test_a_mandate_names_facts_and_ends(family, drafter):
    now = timezone.now()
    with pytest.raises(Refused, match=r"consent\.mandate_empty"):
        draft(drafter, facts=[])
    with pytest.raises(Refused, match=r"consent\.mandate_period"):
        draft(drafter, valid_until=now - timedelta(days=1))


def test_a_mandate_lets_one_parent_sign_alone_and_the_text_names_what_the_law_covers(
    family, drafter
):
    tax = [(TAX, "tax_rate")]
    view = draft(drafter, facts=tax)
    covered = family.tax(family.father, mandate=view.id)
    with pytest.raises(Refused, match=r"consent\.mandate_does_not_cover"):
        family.proposed(family.tax(family.mother), covered)
    actions.approve_mandate(mandate_id=view.id, by=family.officer)
    proposed = family.proposed(family.tax(family.mother), covered)
    assert "法律已授權" in proposed.text.zh
    assert proposed.waiting_for == ("示例母",)
    assert family.says(proposed, family.mother).state.status == "active"


def test_a_mandate_for_other_facts_does_not_cover(family, drafter):
    view = draft(drafter)
    actions.approve_mandate(mandate_id=view.id, by=family.officer)
    with pytest.raises(Refused, match=r"consent\.mandate_does_not_cover"):
        family.proposed(family.tax(family.mother), family.tax(family.father, mandate=view.id))
