"""The simulated identity provider keeps its own counsel."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from idp.provider import FATHER, MOTHER, PIN, Provider, serial
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.demo.idp.__main__ import main
from minben.protocol import jws
from minben.protocol.agreement import statement_digest
from minben.protocol.canonical import text_digest
from minben.protocol.evidence import number_digest
from minben.protocol.terms import read_instant

RETURN = "http://localhost:8000/sign-in/return"


@pytest.fixture
def provider(tmp_path, settings):
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    return Provider(tmp_path)


def asked(**more):
    return {"kind": "sign_in", "state": "s", "nonce": "n", "return_to": RETURN} | more


def to_sign(**more):
    text = {"zh": "只回答是或否", "en": "only yes or no"}
    part = {
        "agreement": "sha-256:aa",
        "verb": "accept",
        "by": "person:1",
        "at": "2026-11-22T10:00:00Z",
        "assurance": "medium",
        "text_digest": text_digest(text["zh"], text["en"]),
    }
    digest = statement_digest(
        **{
            **part,
            "at": read_instant(part["at"]),
            "assurance": AssuranceLevel.MEDIUM,
        }
    )
    return asked(kind="sign", level="medium") | {
        "sign": {**part, "digest": digest, "text": text, "salt": "aa"} | more
    }


def test_a_person_with_card_and_pin_is_stated_over_the_back_channel_only(provider):
    address = provider.client().begin(asked())
    back = provider.walk(address, MOTHER, "nhi_card")
    assert back.startswith(RETURN)
    assert MOTHER not in back + address
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == ["s"]
    statement = provider.client().collect(query["code"][0])
    claims = jws.verify(
        statement, key_of={provider.key.key_id: provider.key.public}.get, typ="minben-sign-in+jwt"
    )
    assert (claims["sub"], claims["amr"], claims["nonce"]) == (MOTHER, ["nhi_card"], "n")
    assert claims["acr"] == AssuranceLevel.MEDIUM.acr


def test_a_code_fetches_its_statement_once(provider):
    back = provider.walk(provider.client().begin(asked()), MOTHER)
    code = parse_qs(urlsplit(back).query)["code"][0]
    provider.client().collect(code)
    with pytest.raises(Refused, match=r"identity\.provider_refused"):
        provider.client().collect(code)


def test_three_wrong_pins_lock_a_card_even_for_the_right_one(provider):
    address = provider.client().begin(asked())
    name = address.partition("request=")[2]
    card = {"request": name, "method": "nhi_card", "serial": serial(MOTHER, "nhi_card")}
    told = [provider.browser.post("/sign-in", data=card | {"pin": "0"}) for _ in range(3)]
    assert [answer.status_code for answer in told] == [422, 422, 422]
    assert "2 次" in told[0].text
    assert "15 分鐘" in provider.browser.post("/sign-in", data=card | {"pin": PIN}).text
    real, provider.now = provider.now, lambda: real() + 15 * 60 - 10
    assert provider.browser.post("/sign-in", data=card | {"pin": PIN}).status_code != 303


def test_only_methods_that_are_sure_enough_are_offered_or_accepted(provider):
    address = provider.client().begin(asked(level="high"))
    page = provider.browser.get(address + "&lang=en").text
    assert "Citizen certificate" in page
    assert "NHI card" not in page
    name = address.partition("request=")[2]
    weak = {
        "request": name,
        "method": "nhi_card",
        "serial": serial(MOTHER, "nhi_card"),
        "pin": PIN,
    }
    assert provider.browser.post("/sign-in", data=weak).status_code == 410


def test_the_text_to_sign_is_shown_in_full_and_must_be_the_text_signed(provider):
    page = provider.browser.get(provider.client().begin(to_sign())).text
    assert "只回答是或否" in page
    forged = to_sign(text={"zh": "別的", "en": "something else"})
    with pytest.raises(Refused, match=r"identity\.provider_refused"):
        provider.client().begin(forged)
    with pytest.raises(Refused, match=r"identity\.provider_refused"):
        provider.client().begin(to_sign(verb="revoke"))


def test_another_persons_card_does_not_sign(provider):
    wanted = to_sign(number_digests=[number_digest("aa", MOTHER)])
    name = provider.client().begin(wanted).partition("request=")[2]
    told = provider.browser.post(
        "/sign-in",
        data={
            "request": name,
            "method": "nhi_card",
            "serial": serial(FATHER, "nhi_card"),
            "pin": PIN,
        },
    )
    assert told.status_code == 422
    assert "別人的" in told.text


def test_a_stranger_cannot_lodge_a_request_or_name_another_return_address(provider):
    body = json.dumps(asked()).encode()
    assert provider.browser.post("/requests", content=body).status_code == 401
    with pytest.raises(Refused, match=r"identity\.provider_refused"):
        provider.client().begin(asked(return_to="https://elsewhere.example/"))


def test_cancelling_goes_back_without_a_code(provider):
    name = provider.client().begin(asked()).partition("request=")[2]
    back = provider.browser.post("/cancel", data={"request": name}).headers["location"]
    assert parse_qs(urlsplit(back).query) == {"error": ["cancelled"], "state": ["s"]}
    assert provider.browser.get(f"/sign-in?request={name}").status_code == 410


def test_markup_in_a_text_is_text(provider):
    text = {"zh": "<script>x</script>", "en": "<b>"}
    part = to_sign(text=text, text_digest=text_digest(text["zh"], text["en"]))
    part["sign"]["digest"] = statement_digest(
        agreement="sha-256:aa",
        verb="accept",
        by="person:1",
        at=read_instant("2026-11-22T10:00:00Z"),
        assurance=AssuranceLevel.MEDIUM,
        text_digest=part["sign"]["text_digest"],
    )
    page = provider.browser.get(provider.client().begin(part)).text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_outside_the_demo_it_does_not_even_start(provider, monkeypatch):
    monkeypatch.setenv("MINBEN_DEMO", "0")
    told = CliRunner().invoke(main, [str(provider.folder)])
    assert told.exit_code == 1
    assert "demo only" in told.output
