"""Several people consent, and the platform signs for none of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from idp.provider import CLERK, MOTHER
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.consent import actions, models, queries
from minben.facts.catalogue import TAX
from minben.jobs.models import Job
from minben.protocol.canonical import text_digest
from minben.trail.models import Disclosure


def verbs(actor):
    return [
        d.verb
        for d in Disclosure.objects.filter(subject=actor.person).order_by("recorded_at")
        if d.verb.startswith("consent.")
    ]


def spend(view, actor, **more):
    fields = {"data_set": TAX, "subject": actor.ref, "transfer": uuid4()} | more
    actions.spend(agreement_id=view.id, **fields)


def test_parents_taxed_separately_both_sign_and_only_then_it_is_active(family):
    view = family.proposed()
    assert (view.state.status, view.waiting_for) == ("pending", ("示例母", "示例父"))
    assert [v.id for v in queries.pending_for(family.father.person)] == [view.id]
    view = family.says(view, family.mother)
    assert (view.state.status, view.waiting_for) == ("pending", ("示例父",))
    assert queries.pending_for(family.mother.person) == []
    view = family.says(view, family.father)
    assert view.state.status == "active"
    assert queries.status_for_provider(view.id)["state"] == "active"
    assert len(queries.evidence_for(view.id)) == 2
    assert [s.method for s in view.signatures] == ["nhi_card", "nhi_card"]
    for parent in (family.mother, family.father):
        assert verbs(parent) == ["consent.proposed", "consent.accepted", "consent.accepted"]


def test_a_revocation_holds_from_the_very_next_request(family):
    view = family.proposed()
    for parent in (family.mother, family.father):
        family.says(view, parent)
    family.says(view, family.father, "revoke")
    assert queries.status_for_provider(view.id)["state"] == "revoked"
    with pytest.raises(Refused, match=r"consent\.not_active") as refusal:
        spend(view, family.mother)
    assert refusal.value.details == {"state": "revoked"}
    with pytest.raises(Refused, match=r"consent\.(too_late|already_said)"):
        family.says(view, family.father)


def test_one_refusal_is_enough(family):
    view = family.says(family.proposed(), family.father, "reject")
    assert view.state.status == "rejected"
    with pytest.raises(Refused, match=r"consent\.too_late"):
        family.says(view, family.mother)


def test_every_change_is_told_to_the_rooms_above(family):
    view = family.proposed()
    family.says(view, family.mother)
    family.says(view, family.mother, "revoke")
    kept = Job.objects.filter(kind="consent.changed").order_by("id")
    assert [job.payload for job in kept] == [{"agreement": view.id}] * 2


def test_the_text_is_kept_as_it_was_shown_and_says_that_only_yes_or_no_is_asked(family):
    view = family.proposed()
    assert text_digest(view.text.zh, view.text.en) == view.text_digest
    assert "只回答「綜合所得稅適用稅率在 20% 以上：是／否」，絕不提供數值本身" in view.text.zh
    assert "only “income tax rate is 20 % or more: yes/no”, never the value itself" in view.text.en
    assert "只用一次" in view.text.zh
    assert "示例父" in view.text.zh
    assert "個人資料保護法第3條" in view.text.zh
    models.ShownText.objects.get(digest=view.text_digest)
    value = family.proposed(family.tax(family.mother, op="value", value=None))
    assert "是／否" not in value.text.zh


def test_nobody_signs_for_someone_else(family):
    view = family.proposed()
    theirs = family.statement(view, family.father)
    evidence = family.evidence(theirs, family.father)
    with pytest.raises(Refused, match=r"consent\.wrong_person"):
        actions.sign(statement=theirs, evidence=evidence, by=family.mother)
    forged = replace(theirs, by=family.mother.ref)
    with pytest.raises(Refused, match=r"consent\.evidence_refused"):
        actions.sign(statement=forged, evidence=evidence, by=family.mother)


def test_a_stranger_learns_of_no_agreement(family):
    view = family.proposed()
    for look in (
        lambda: queries.agreement_for(view.id, by=family.clerk),
        lambda: family.says(view, family.clerk),
        lambda: family.says(view, family.clerk, "revoke"),
    ):
        with pytest.raises(Refused, match=r"consent\.no_such_agreement"):
            look()


def test_the_platform_cannot_sign_with_another_persons_card_or_without_one(family):
    view = family.proposed()
    statement = family.statement(view, family.mother)
    for evidence in (
        {},
        {"kind": "idp", "statement": "a.b.c"},
        family.evidence(statement, family.mother, number=CLERK),
        family.evidence(
            replace(statement, digest="sha-256:" + "0" * 64), family.mother, number=MOTHER
        ),
    ):
        with pytest.raises(Refused, match=r"consent\.evidence_refused"):
            actions.sign(statement=statement, evidence=evidence, by=family.mother)
    assert not models.AgreementSignature.objects.exists()


def test_a_weak_credential_does_not_carry_what_the_provider_demands(family):
    view = family.proposed()
    statement = family.statement(view, family.mother)
    evidence = family.evidence(statement, family.mother, method="two_documents")
    with pytest.raises(Refused, match=r"consent\.evidence_refused"):
        actions.sign(statement=statement, evidence=evidence, by=family.mother)
    low = family.statement(view, family.mother, assurance=AssuranceLevel.LOW)
    evidence = family.evidence(low, family.mother, method="two_documents")
    with pytest.raises(Refused, match=r"consent\.assurance_too_low"):
        actions.sign(statement=low, evidence=evidence, by=family.mother)


def test_a_signature_kept_back_or_from_the_future_is_refused(family):
    view = family.proposed()
    for at in (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(minutes=5)):
        statement = family.statement(view, family.mother, at=at)
        with pytest.raises(Refused, match=r"consent\.stale_signature"):
            actions.sign(
                statement=statement,
                evidence=family.evidence(statement, family.mother),
                by=family.mother,
            )


def test_each_says_each_thing_once(family):
    view = family.proposed()
    family.says(view, family.mother)
    with pytest.raises(Refused, match=r"consent\.already_said"):
        family.says(view, family.mother)
    with pytest.raises(Refused, match=r"consent\.nothing_to_revoke"):
        family.says(view, family.father, "revoke")


def test_a_single_use_is_spent_once_for_each_person_and_a_transfer_repeated_is_nothing(family):
    view = family.proposed()
    for parent in (family.mother, family.father):
        family.says(view, parent)
    transfer = uuid4()
    for _ in range(2):
        spend(view, family.mother, transfer=transfer)
    assert queries.state(view.id).status == "active"
    with pytest.raises(Refused, match=r"consent\.not_active"):
        spend(view, family.mother)
    spend(view, family.father)
    assert queries.state(view.id).status == "used"
    assert queries.status_for_provider(view.id)["state"] == "used"


def test_a_data_set_that_was_not_agreed_on_is_never_spent(family):
    view = family.proposed()
    for parent in (family.mother, family.father):
        family.says(view, parent)
    for wrong in ({"data_set": "bank/x/y/v1"}, {"subject": family.clerk.ref}):
        with pytest.raises(Refused, match=r"consent\.not_agreed_on"):
            spend(view, family.mother, **wrong)


def test_a_standing_permission_says_so_and_outlives_its_uses(family):
    view = family.proposed(frequency="unlimited", valid_for=timedelta(days=365))
    assert view.is_standing
    assert "持續授權" in view.text.zh
    for parent in (family.mother, family.father):
        family.says(view, parent)
    for _ in range(2):
        spend(view, family.mother)
    assert queries.state(view.id).status == "active"


def test_what_a_provider_demands_cannot_be_talked_down(family):
    terms = family.terms()
    weak = replace(
        terms,
        parties=tuple(replace(p, assurance=AssuranceLevel.LOW) for p in terms.parties),
    )
    with pytest.raises(Refused, match=r"consent\.assurance_too_low"):
        actions.propose(agreement=weak, by=family.mother.ref)


def test_an_agreement_never_changes(family):
    family.proposed()
    row = models.Agreement.objects.get()
    row.proposed_by = "someone"
    with pytest.raises(ValueError, match="never changes"):
        row.save()


def test_proposing_again_changes_nothing(family):
    terms = family.terms()
    for _ in range(2):
        actions.propose(agreement=terms, by=family.mother.ref)
    assert models.Agreement.objects.count() == 1
    assert verbs(family.father) == ["consent.proposed"]


def test_who_may_see_that_a_query_happened_is_a_rule_of_its_own(family):
    own = family.proposed(family.tax(family.mother), family.tax(family.father))
    mothers = family.proposed(family.tax(family.mother))
    shared = family.proposed(visibility="parties")
    for person, views in (
        (family.father, (True, False, True)),
        (family.clerk, (False, False, False)),
    ):
        seen = [queries.may_see_use(v.id, person=person.person) for v in (own, mothers, shared)]
        assert seen == list(views)
