"""Keys turn without a wrong cache; what was used in one process is used in all."""

import os
import subprocess
import sys
import threading

import pytest
from django.db import connection, connections
from django.test import Client

from authorization.relying_party import RelyingParty, claims_of
from minben.authorization import actions, keys, models
from minben.base.refusal import Refused

pytestmark = pytest.mark.slow


def test_a_new_key_is_published_before_it_signs_and_an_old_one_after(db):
    first = keys.current(now=1_000).kid
    second = keys.rotate(now=2_000)
    assert [key["kid"] for key in keys.published()["keys"]] == [second, first]
    assert keys.current(now=2_000).kid == first
    assert keys.current(now=2_000 + keys.CACHE_SECONDS).kid == second
    keys.rotate(now=2_000 + 3 * 24 * 3600)
    assert keys.of(second) is not None


def test_a_key_that_was_retired_a_day_ago_is_forgotten(db):
    first = keys.current().kid
    keys.rotate(now=10_000)
    keys.rotate(now=10_000 + 2 * 24 * 3600)
    keys.rotate(now=10_000 + 4 * 24 * 3600)
    assert keys.of(first) is None


def test_after_a_compromise_what_the_old_key_signed_opens_nothing(library, mother):
    token = library.tokens(mother)["access_token"]
    actions.rotate_keys(at_once=True)
    assert len(keys.published()["keys"]) == 1
    assert library.call("/oauth/userinfo", token).status_code == 401
    fresh = library.tokens(mother)
    assert library.call("/oauth/userinfo", fresh["access_token"]).status_code == 200
    assert claims_of(fresh["id_token"])["aud"] == "library"


def test_a_key_that_others_can_read_is_not_used(db, settings):
    keys.current()
    path = next(settings.AUTHORIZATION_KEYS.glob("*.json"))
    path.chmod(0o644)
    keys._read.cache_clear()
    with pytest.raises(PermissionError, match="chmod 600"):
        keys.current()


def test_outside_the_demo_no_key_is_made_up(db, settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="rotate-keys"):
        keys.current()


def test_a_client_is_registered_with_public_keys_of_known_kinds_on_one_host(family):
    good = RelyingParty("pool", profile="sign_in")
    public = {**good.key.as_dict(private=False), "kid": "k1"}
    told = {
        "client_id": "pool",
        "agency": "child-welfare",
        "client_name": {"zh": "泳池", "en": "Pool"},
        "profile": "sign_in",
        "redirect_uris": ["https://pool.example/back"],
        "jwks": {"keys": [public]},
    }
    actions.register(descriptor=told)
    for wrong in (
        {"client_id": "P!"},
        {"client_name": "Pool"},
        {"profile": "admin"},
        {"redirect_uris": []},
        {"redirect_uris": ["http://pool.example/back"]},
        {"redirect_uris": ["https://pool.example/back#part"]},
        {"redirect_uris": ["https://user@pool.example/back"]},
        {"redirect_uris": ["https://a.example/", "https://b.example/"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://pool.example\\@evil.example/"]},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [good.key.as_dict(private=True)]}},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA", "kid": "s"}]}},
        {"jwks": {"keys": [{**public, "kid": None}]}},
        {"jwks": {"keys": [public, public]}},
        {"jwks": "https://pool.example/jwks"},
        {"scope": "openid offline_access"},
        {"least_acr": "very"},
    ):
        with pytest.raises(Refused) as refusal:
            actions.register(descriptor={**told, **wrong})
        assert refusal.value.key == "authorization.client_invalid", wrong
    with pytest.raises(Refused, match="client_of_another"):
        actions.register(descriptor={**told, "agency": "tax"})
    with pytest.raises(Refused, match="no_such_agency"):
        actions.register(descriptor={**told, "agency": "nobody"})


@pytest.mark.django_db(transaction=True)
def test_a_proof_that_one_process_saw_is_used_up_in_every_other(family):
    library = RelyingParty()
    proof = library.proof("/oauth/par")
    assert library.push(proof=proof).status_code == 201
    name = models.SeenProof.objects.values_list("name", flat=True)
    program = (
        "import django; django.setup()\n"
        "from django.db import transaction\n"
        "from minben.authorization.actions.seen import spend\n"
        "from minben.authorization.types import Seen\n"
        "from minben.base.refusal import Refused\n"
        "try:\n"
        f"    with transaction.atomic(): spend([Seen({name[0]!r}, 4_000_000_000)])\n"
        "except Refused as refusal: print(refusal)\n"
    )
    told = connection.settings_dict
    url = (
        f"sqlite:///{told['NAME']}"
        if connection.vendor == "sqlite"
        else os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + told["NAME"]
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == "authorization.proof_replayed"


@pytest.mark.django_db(transaction=True)
def test_of_two_that_redeem_one_code_at_once_one_wins_and_then_nobody_holds_tokens(family, mother):
    library = RelyingParty()
    code = library.code(mother, scope="openid offline_access")
    calls = [(library.proof("/oauth/token"), library.assertion()) for _ in range(2)]
    answers = []

    def redeem(proof, assertion):
        library.http = Client()
        answers.append(library.redeem(code, proof=proof, assertion=assertion).status_code)
        connections.close_all()

    threads = [threading.Thread(target=redeem, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400]
    assert [f.ended_because for f in models.TokenFamily.objects.all()] == ["code_reused"]
