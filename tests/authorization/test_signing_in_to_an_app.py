"""A person signs in to an app of the city: what it learns, and what it never learns."""

from authorization.relying_party import RelyingParty, claims_of, returned


def test_a_person_reads_who_asks_allows_it_once_and_goes_straight_on_next_time(library, mother):
    shown = library.ask(mother)
    assert "示例圖書館" in shown.content.decode()
    assert "app.example" in shown["Content-Security-Policy"]
    answer = returned(mother.post(library.address, {"answer": "allow"}))
    assert answer["state"] == "s1"
    assert answer["iss"] == "http://localhost:8000"
    assert library.redeem(answer["code"]).status_code == 200
    assert library.ask(mother).status_code == 302


def test_the_id_token_says_how_surely_the_person_was_known_and_no_name(library, mother, family):
    tokens = library.tokens(mother)
    claims = claims_of(tokens["id_token"])
    assert claims["acr"] == "urn:minben:assurance:high"
    assert claims["amr"] == ["citizen_certificate"]
    assert claims["nonce"] == "n1"
    assert claims["aud"] == "library"
    assert str(family.mother.person) not in str(claims)
    assert "name" not in claims


def test_the_access_token_is_bound_to_the_clients_key(library, mother):
    tokens = library.tokens(mother)
    assert tokens["token_type"] == "DPoP"
    assert claims_of(tokens["access_token"])["cnf"] == {"jkt": library.dpop.thumbprint()}


def test_two_apps_of_different_hosts_cannot_join_what_they_know(library, mother):
    other = RelyingParty("pool", redirect_uris=["https://pool.example/back"])
    first = claims_of(library.tokens(mother)["id_token"])["sub"]
    shown = other.ask(mother, redirect_uri="https://pool.example/back")
    assert shown.status_code == 200
    location = mother.post(other.address, {"answer": "allow"})["Location"]
    code = location.partition("code=")[2].partition("&")[0]
    answer = other.redeem(code, redirect_uri="https://pool.example/back").json()
    assert claims_of(answer["id_token"])["sub"] != first
    assert claims_of(library.tokens(mother)["id_token"])["sub"] == first
