"""Heirs, shares and estate tax over the API: nothing is kept, mistakes are named."""

import json

import pytest

FAMILY = {
    "on": "2025-06-01",
    "subject": "father",
    "persons": {
        "father": {"died_on": "2025-01-15", "spouse": "mother", "is_national": True},
        "mother": {},
        "child": {"father": "father", "mother": "mother", "birth_date": None},
    },
}
pytestmark = pytest.mark.django_db


def ask(client, body, decision="inheritance.shares"):
    return client.post(
        f"/api/decisions/{decision}", json.dumps(body), content_type="application/json"
    )


def test_shares_are_answered_with_their_derivation_and_what_is_still_unborn(client):
    answer = ask(client, FAMILY).json()
    half = {"numerator": 1, "denominator": 2}
    assert {s["person"]: s["share"] for s in answer["shares"]} == {"mother": half, "child": half}
    assert "unborn_reserved" in {line["key"] for line in answer["derivation"]}


def test_estate_tax_is_answered_line_by_line(client):
    estate = {"domiciled": True, "assets": [{"kind": "deposit", "value": 60_000_000}]}
    answer = ask(client, {**FAMILY, "estate": estate}, "inheritance.estate_tax").json()
    assert answer["amount"] == 2_912_000
    assert answer["net"] == sum(line["amount"] or 0 for line in answer["derivation"])


def test_every_decision_is_listed_and_described(client):
    keys = [one["key"] for one in client.get("/api/decisions").json()]
    assert keys == ["inheritance.shares", "inheritance.estate_tax"]
    for key in keys:
        described = client.get(f"/api/decisions/{key}/facts").json()
        assert {"facts", "answer"} <= set(described["$defs"])


@pytest.mark.parametrize(
    ("body", "decision", "status", "error"),
    [
        ({**FAMILY, "on": "soon"}, "inheritance.shares", 422, "api.unreadable"),
        ({**FAMILY, "on": "2024-01-01"}, "inheritance.shares", 422, "api.wrong_fact"),
        ({**FAMILY, "subject": "x"}, "inheritance.shares", 422, "api.wrong_fact"),
        ({**FAMILY, "estate": {"gold": 1}}, "inheritance.estate_tax", 422, "api.wrong_fact"),
        (FAMILY, "inheritance.wills", 404, "api.no_such_pack"),
        ({**FAMILY, "persons": {f"p{n}": {} for n in range(101)}}, "inheritance.shares", 422,
         "api.unreadable"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_mend_in_both_languages(client, body, decision, status, error):
    answer = ask(client, body, decision)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].keys() == {"zh", "en"}
