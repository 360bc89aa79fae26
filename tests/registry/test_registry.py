"""Agencies join with their own descriptor; the provider decides, the register writes down."""

import pytest

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.facts.catalogue import FACTS, TAX
from minben.facts.words import Sensitivity
from minben.protocol.keys import SigningKey
from minben.registry import actions, models, queries
from minben.registry.types import Openness

pytestmark = pytest.mark.django_db
KEY = SigningKey.generate().public.text


def descriptor(*data_sets, **more):
    told = {
        "key": "tax",
        "name": {"zh": "財政部", "en": "Ministry of Finance"},
        "base_url": "http://localhost:8022",
        "public_key": KEY,
        "datasets": [
            {"key": key, "name": {"zh": "稅率", "en": "Tax rate"}, "assurance": "medium"}
            for key in data_sets
        ],
    }
    return told | more


def test_a_provider_joins_and_is_found_by_its_data_set():
    actions.join(descriptor=descriptor(TAX))
    provider = queries.provider_of(TAX)
    assert (provider.key, provider.base_url) == ("tax", "http://localhost:8022")
    assert provider.public_key.text == KEY
    found = queries.data_set(TAX)
    assert found.openness is Openness.CLOSED
    assert found.assurance is AssuranceLevel.MEDIUM


def test_what_a_descriptor_leaves_out_the_catalogue_of_facts_says():
    actions.join(descriptor=descriptor(TAX))
    found = queries.data_set(TAX)
    assert found.facts == ("tax_rate",)
    assert found.sensitivity is Sensitivity.SENSITIVE
    assert {fact.data_set for fact in FACTS.values()} >= {TAX}


def test_versions_stand_side_by_side_until_one_is_no_longer_offered():
    second = TAX.replace("/v1", "/v2")
    actions.join(descriptor=descriptor(TAX, second))
    assert [d.version for d in queries.data_sets()] == [1, 2]
    actions.join(descriptor=descriptor(second))
    assert [d.key for d in queries.data_sets()] == [second]
    with pytest.raises(Refused, match=r"registry\.data_set_retired"):
        queries.provider_of(TAX)
    assert queries.data_set(TAX).retired


def test_an_agency_that_left_is_asked_no_more():
    actions.join(descriptor=descriptor(TAX))
    actions.leave(agency="tax")
    with pytest.raises(Refused, match=r"registry\.data_set_retired"):
        queries.provider_of(TAX)
    with pytest.raises(Refused, match=r"registry\.no_such_agency"):
        actions.leave(agency="tax")
    assert queries.agencies() == []


def test_another_signing_key_is_never_accepted_silently():
    actions.join(descriptor=descriptor(TAX))
    other = SigningKey.generate().public.text
    with pytest.raises(Refused, match=r"registry\.key_changed"):
        actions.join(descriptor=descriptor(TAX, public_key=other))
    actions.leave(agency="tax")
    assert actions.join(descriptor=descriptor(TAX, public_key=other)).public_key.text == other


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("key", "Tax Office"),
        ("name", {"zh": "只有中文"}),
        ("public_key", "x"),
        ("datasets", [{"key": "bank/a/b/v1"}]),
        ("datasets", [{"key": "tax/a/b"}]),
        ("datasets", [{"key": TAX, "assurance": "certain"}]),
        ("datasets", [{"key": TAX, "class": "secret"}]),
        ("datasets", ["x"]),
    ],
)
def test_a_descriptor_that_is_none_is_refused_whole(field, wrong):
    with pytest.raises(Refused, match=r"registry\.descriptor_invalid"):
        actions.join(descriptor=descriptor(TAX) | {field: wrong})
    assert not models.Agency.objects.exists()


def test_assurance_and_methods_for_several_providers_satisfy_them_all():
    second = TAX.replace("/v1", "/v2")
    told = descriptor(TAX, second)
    told["datasets"][0]["methods"] = ["citizen_certificate", "nhi_card"]
    told["datasets"][1] |= {"assurance": "high", "methods": ["citizen_certificate"]}
    actions.join(descriptor=told)
    assert queries.assurance_for([TAX, second]) is AssuranceLevel.HIGH
    assert queries.methods_for([TAX, second]) == ("citizen_certificate",)
    told["datasets"][1]["methods"] = ["mobile_fido"]
    actions.join(descriptor=told)
    with pytest.raises(Refused, match=r"registry\.no_common_method"):
        queries.methods_for([TAX, second])


def test_the_register_of_processing_names_agency_purpose_basis_and_facts():
    actions.join(descriptor=descriptor(TAX))
    for days in (30, 1825):
        actions.record_processing(
            key="childcare-allowance",
            agency="tax",
            purpose=Text("育兒津貼", "Child-rearing allowance"),
            legal_basis="個人資料保護法第15條",
            data_sets=[TAX],
            facts=["tax_rate"],
            recipients=["child-welfare"],
            retention_days=days,
        )
    (line,) = queries.register_of_processing()
    assert (line.agency.zh, line.facts, line.retention_days) == ("財政部", ("tax_rate",), 1825)
