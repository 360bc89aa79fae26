"""npm `openid-client`, a certified FAPI 2.0 relying party, against a live server."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from authorization.relying_party import CALLBACK, RelyingParty
from authorization.test_agreements_as_grants import RATE, TERMS
from consent.family import PURPOSE
from minben.consent import queries as consent

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / "var" / "node"
SCRIPT = Path(__file__).parent / "node" / "openid_client.mjs"


class OpenidClient:
    """The process of the client: says where a person has to go, is told where they came back."""

    def __init__(self, server, party, **more):
        node = shutil.which("node")
        installed = (INSTALLED / "node_modules" / "openid-client").exists()
        assert (bool(node), installed) == (True, True), "openid-client: run scripts/tools"
        told = {
            "issuer": server,
            "client_id": party.id,
            "key": {**party.key.as_dict(private=True), "kid": "k1"},
            "redirect_uri": CALLBACK,
            "scope": "openid profile",
            **more,
        }
        self.process = subprocess.Popen(
            [
                node,
                "--experimental-global-webcrypto",
                "--input-type=module",
                "-e",
                SCRIPT.read_text(),
            ],
            cwd=INSTALLED,  # modules are looked for here
            env={**os.environ, "CLIENT": json.dumps(told), "NODE_NO_WARNINGS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def said(self):
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def came_back(self, address):
        self.process.stdin.write(address + "\n")
        self.process.stdin.flush()
        return self.said()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def path_of(url):
    return "/" + url.split("/", 3)[3]


def test_it_pushes_proves_possession_signs_in_refreshes_and_revokes(server, family, mother):
    library = RelyingParty()
    with OpenidClient(server, library, scope="openid profile offline_access") as client:
        address = path_of(client.said()["visit"])
        assert "示例圖書館" in mother.get(address).content.decode()
        told = client.came_back(mother.post(address, {"answer": "allow"})["Location"])
        assert told["userinfo"]["name"] == "示例母"
        assert told["userinfo"]["sub"] == told["claims"]["sub"]
        assert told["claims"]["acr"] == "urn:minben:assurance:high"
        assert told["tokens"]["token_type"] == "dpop"
        assert told["introspection"]["active"] is True
        after = client.said()
        assert after["refreshed"]["refresh_token"] != told["tokens"]["refresh_token"]
        assert after["after"]["active"] is False


def test_it_carries_an_agreement_and_gets_back_what_was_signed(server, family, mother):
    library = RelyingParty()
    details = json.dumps([{**TERMS, "purpose": PURPOSE.to_json()}])
    parameters = {"authorization_details": details}
    with OpenidClient(server, library, scope="openid", parameters=parameters) as client:
        address = path_of(client.said()["visit"])
        mother.get(address)
        family.says(consent.pending_for(family.mother.person)[0], family.mother)
        onward = mother.get(address).content.decode()
        back = onward.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
        told = client.came_back(back)
        assert told["tokens"]["authorization_details"][0]["facts"] == [RATE]


def test_it_notices_a_mixed_up_issuer_and_a_declined_request(server, family, mother):
    library = RelyingParty()
    with OpenidClient(server, library) as client:
        address = path_of(client.said()["visit"])
        mother.get(address)
        back = mother.post(address, {"answer": "allow"})["Location"]
        other = back.replace("iss=http", "iss=https")
        assert client.came_back(other)["fault"] == "OAUTH_INVALID_RESPONSE"
    with OpenidClient(server, library, scope="openid birthdate") as client:
        address = path_of(client.said()["visit"])
        mother.get(address)
        back = mother.post(address, {"answer": "decline"})["Location"]
        assert client.came_back(back)["error"] == "access_denied"
