"""Two clients that others wrote, against a live server: Authlib (our tutorial) and
requests-oauth2client.
"""

import json
import re
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner
from requests_oauth2client import (
    InvalidGrant,
    OAuth2Client,
    PrivateKeyJwt,
)

from authorization.relying_party import CALLBACK, RelyingParty, claims_of, returned
from authorization.test_agreements_as_grants import RATE, TERMS
from minben.cli.clients import clients
from minben.consent import queries as consent

with warnings.catch_warnings():  # Starlette would rather have a successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "let-people-sign-in.md"


def path_of(url):
    return "/" + url.split("/", 3)[3]


def test_the_tutorials_app_signs_a_person_in(server, family, mother, tmp_path, monkeypatch):
    text = TUTORIAL.read_text("utf-8")
    words = re.search(r"`minben clients (new pool [^`]+)`", text)[1].split()
    program = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINBEN", server)
    runner = CliRunner()
    made = runner.invoke(clients, words, catch_exceptions=False)
    assert made.exit_code == 0
    taken = runner.invoke(clients, ["register", "pool/client.json"], catch_exceptions=False)
    assert (taken.exit_code, "pool" in taken.output) == (0, True)
    assert "pool" in runner.invoke(clients, ["list"]).output

    app = {}
    exec(compile(program, str(TUTORIAL), "exec"), app)  # the page's own program
    browser = TestClient(app["app"], base_url="http://localhost:8100", follow_redirects=False)
    away = browser.get("/").headers["location"]
    lodged = mother.get(path_of(away))
    shown = mother.get(lodged["Location"])
    assert "示例程式" in shown.content.decode()
    back = mother.post(lodged["Location"], {"answer": "allow"})["Location"]
    told = browser.get(back).text
    assert "示例母" in told
    assert "urn:minben:assurance:high" in told
    mixed = back.replace("iss=http", "iss=https")
    assert browser.get(mixed).status_code == 400


def test_requests_oauth2client_pushes_an_agreement_and_proves_possession(server, family, mother):
    library = RelyingParty()
    key = {**library.key.as_dict(private=True), "kid": "k1", "alg": "ES256"}
    client = OAuth2Client.from_discovery_endpoint(
        issuer=server,
        auth=PrivateKeyJwt("library", key, aud=server),
        redirect_uri=CALLBACK,
        dpop_bound_access_tokens=True,
        id_token_signed_response_alg="ES256",
        testing=True,
    )
    asked = client.authorization_request(
        scope="openid offline_access", authorization_details=json.dumps([TERMS])
    )
    pushed = client.pushed_authorization_request(asked)
    address = path_of(str(pushed))
    assert mother.get(address).status_code == 200
    family.says(consent.pending_for(family.mother.person)[0], family.mother)
    answer = asked.validate_callback(_address(mother.get(address)))
    tokens = client.authorization_code(answer, validate=False)  # 1.8 forgets its DPoP key there
    assert tokens.token_type == "DPoP"
    assert tokens.authorization_details[0]["facts"] == [RATE]
    told = claims_of(str(tokens.id_token))
    assert (told["nonce"], told["aud"]) == (asked.nonce, "library")
    assert client.userinfo(tokens)["sub"] == told["sub"]
    again = client.refresh_token(tokens)
    assert again.refresh_token != tokens.refresh_token
    with pytest.raises(InvalidGrant):
        client.refresh_token(tokens)
    with pytest.raises(InvalidGrant):
        client.refresh_token(again)


def _address(response):
    assert returned(response)["code"]
    text = response.content.decode()
    return re.search(r'content="0; url=([^"]+)"', text)[1].replace("&amp;", "&")
