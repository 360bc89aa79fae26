"""The API's doors: what each gives, and that every mistake is a 4xx in both languages."""

import json

import pytest

from portal.visiting import browser_of, somebody

pytestmark = pytest.mark.django_db

CHILD = {
    "birth_date": "2022-07-03",
    "birth_sequence": 1,
    "is_national": True,
    "registered_on": "2022-07-10",
    "mother": "mother",
    "father": "father",
    "income_class": "general",
    "care": "none",
    "kindergarten": "none",
    "disadvantaged": False,
    "in_state_placement": False,
}
BELOW = {"tax_rate": {"at_least": {"20": False}}}
FAMILY = {
    "month": "2022-09",
    "subject": "child",
    "persons": {"child": CHILD, "mother": BELOW, "father": BELOW},
}


def ask(client, body, pack="childcare"):
    return client.post(f"/api/decide/{pack}", json.dumps(body), content_type="application/json")


def test_the_law_answers_what_is_due_and_why(client):
    answer = ask(client, FAMILY).json()
    assert (answer["status"], answer["amount"]) == ("due", 5000)
    assert answer["reason"]["text"]["zh"]
    assert answer["citations"]
    assert answer["rules_hash"].startswith("sha-256:")


def test_the_law_says_what_it_still_needs_to_know(client):
    answer = ask(client, {**FAMILY, "persons": {**FAMILY["persons"], "mother": {}}}).json()
    assert answer["status"] == "open"
    assert any("tax_rate" in json.dumps(need) for need in answer["needed"])


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**FAMILY, "month": "2022-13"}, "api.unreadable"),
        ({**FAMILY, "month": "1999-01"}, "api.before_first_month"),
        ({**FAMILY, "subject": "nobody"}, "api.wrong_fact"),
        ({**FAMILY, "persons": {"child": {"shoe_size": 3}}}, "api.wrong_fact"),
        ({**FAMILY, "persons": {"child": {"birth_date": "soon"}}}, "api.wrong_fact"),
        ({}, "api.unreadable"),
    ],
)
def test_a_mistake_is_named_with_its_mend_in_both_languages(client, body, error):
    answer = ask(client, body)
    assert answer.status_code == 422
    assert answer.json()["error"] == error
    assert answer.json()["message"].keys() == {"zh", "en"}


def test_what_is_not_json_is_refused_in_words(client):
    answer = client.post("/api/decide/childcare", "{", content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json()["message"]["zh"]


def test_an_unknown_pack_or_address_is_not_found(client):
    assert ask(client, FAMILY, "rent").status_code == 404
    missing = client.get("/api/no/such/door")
    assert missing.status_code == 404
    assert missing.json()["error"] == "api.no_such_page"


@pytest.mark.parametrize(
    "path", ["trail", "trail/bundle", "offers", "cases", "agreements", "notices"]
)
def test_nobody_reads_anybody_s_data_without_signing_in(client, path):
    answer = client.get(f"/api/me/{path}")
    assert answer.status_code == 401
    assert answer.json()["message"]["en"]


@pytest.mark.parametrize("path", ["trail", "offers", "cases", "agreements", "notices"])
def test_a_person_reads_their_own(path):
    answer = browser_of(somebody()).get(f"/api/me/{path}")
    assert answer.status_code == 200
    assert isinstance(answer.json(), list)


def test_a_facts_schema_describes_what_the_law_reads(client):
    described = client.get("/api/facts/childcare").json()
    assert "birth_date" in json.dumps(described)


def test_everybody_reads_counts_and_the_newest_seal(client):
    assert {count["key"] for count in client.get("/api/counts").json()["counts"]} >= {
        "uses", "refused", "revoked", "appeals_won", "late", "mandates",
    }  # fmt: skip
    assert client.get("/api/checkpoint").json()["public_key"]
    assert len(client.get("/api/life-events").json()) == 6


def test_an_unsigned_push_is_refused(client):
    pushed = client.post("/api/pushes/childcare", "{}", content_type="application/json")
    assert pushed.status_code in (400, 401)
    assert pushed.json()["error"].startswith("exchange.push")


def test_an_unsigned_question_about_an_agreement_tells_nothing(client):
    answer = client.get("/api/agreements/sha-256:00/status")
    assert 400 <= answer.status_code < 500


def test_the_manual_shows_every_door_without_a_foreign_asset(client):
    page = client.get("/api/docs", headers={"accept-language": "en"}).content.decode()
    schema = client.get("/api/openapi.json").json()
    for path in schema["paths"]:
        assert path in page
    assert "https://cdn" not in page
    assert "<script>" not in page


def test_more_people_than_a_family_are_refused_before_the_law_reads_them(client):
    persons = {f"child-{n}": {"birth_date": "2022-07-03", "mother": "mother"} for n in range(40)}
    body = {"month": "2022-09", "subject": "child-1", "persons": {**persons, "mother": {}}}
    answer = client.post("/api/decide/childcare", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (422, "api.unreadable")


@pytest.mark.parametrize("path", ["/api/decide/childcare", "/api/pushes/childcare"])
def test_more_than_may_be_sent_is_refused_in_words(client, path):
    answer = client.post(path, b"x" * 1_100_000, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (413, "api.too_large")


def test_every_answer_carries_the_headers_that_keep_strangers_out(client):
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
