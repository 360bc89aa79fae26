"""DPoP proofs (RFC 9449): the RFC's own example, and no string that makes the check fall over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk, jws

from minben.protocol import dpop

# RFC 9449, figure 2: a proof for the token endpoint of server.example.com.
EXAMPLE = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0"
    "dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-"
    "FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
TOKEN_URL = "https://server.example.com/token"


def test_the_rfcs_example_holds_for_its_request_and_no_other():
    proof = dpop.read(EXAMPLE, method="POST", url=TOKEN_URL, now=1562262616)
    # RFC 9449, section 6.1: the thumbprint of the same key as it stands in a token's `cnf`.
    assert proof.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert proof.jti == "-BwC3ESc6acc2lTc"
    for wrong in (
        {"method": "GET"},
        {"url": TOKEN_URL + "s"},
        {"url": "http://server.example.com/token"},
        {"now": 1562262616 + 61},
        {"now": 1562262616 - 11},
        {"access_token": "x"},
    ):
        told = {"method": "POST", "url": TOKEN_URL, "now": 1562262616} | wrong
        with pytest.raises(dpop.ProofError):
            dpop.read(EXAMPLE, **told)


def test_an_address_is_the_same_in_every_spelling_that_rfc_3986_calls_equal():
    for url in ("HTTPS://Server.Example.com:443/token", TOKEN_URL + "?a=b", TOKEN_URL + "#part"):
        assert dpop.read(EXAMPLE, method="POST", url=url, now=1562262616)


def test_the_hash_of_a_token_is_the_rfcs():
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert dpop.token_hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_every_algorithm_that_is_offered_is_taken():
    for key, alg in (
        (jwk.generate_key("EC", "P-256"), "ES256"),
        (jwk.generate_key("OKP", "Ed25519"), "Ed25519"),
    ):
        header = {"typ": "dpop+jwt", "alg": alg, "jwk": key.as_dict(private=False)}
        claims = b'{"htm":"GET","htu":"https://a.example/","iat":1,"jti":"1"}'
        proof = jws.serialize_compact(header, claims, key, algorithms=[alg])
        found = dpop.read(proof, method="GET", url="https://a.example", now=1)
        assert found.thumbprint == key.thumbprint()


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(), st.tuples(st.binary(), st.integers(0, 400)).map(lambda t: _bent(*t))))
def test_no_string_makes_the_check_fall_over(written):
    with pytest.raises(dpop.ProofError):
        dpop.read(written, method="POST", url=TOKEN_URL, now=1562262616)


def _bent(put, place):
    return EXAMPLE[:place] + put.hex() + "!" + EXAMPLE[place:]
