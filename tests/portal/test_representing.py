"""Powers of attorney, officers and second numbers on the pages; and the wrong person gets none."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from idp.provider import FATHER, MOTHER, Provider
from minben.base.identifiers import national_id
from minben.identity import actions, powers, queries
from minben.identity.types import Method, Role
from minben.jobs.clock import today
from minben.trail.models import Disclosure
from portal.visiting import DAY, browser_of, official, somebody

pytestmark = pytest.mark.django_db
HELPER = national_id(letter="L", sex=1, serial=2)


def appoint(browser: Client, **more: str) -> Any:
    given = {"name": "示例．助手", "number": HELPER, "until": "2022-12-31"} | more
    return browser.post("/account/powers", given)


def test_a_power_of_attorney_holds_once_it_is_accepted_and_until_it_is_ended() -> None:
    giver, helper = somebody(1), somebody(2, "示例．助手", sex=1)
    mine, theirs = browser_of(giver), browser_of(helper)
    assert appoint(mine).status_code == 302
    (offered,) = powers.offered_to(helper.uuid, on=today())
    assert queries.representations_of(helper.uuid, on=today()) == []
    refused = theirs.post("/account/act-for", {"representation": str(offered.uuid)})
    assert refused.status_code == 404
    assert "等對方接受" in mine.get("/account/powers").content.decode()
    assert mine.post(f"/account/powers/{offered.uuid}/accept").status_code == 404
    assert theirs.post(f"/account/powers/{offered.uuid}/accept").status_code == 302
    theirs.post("/account/act-for", {"representation": str(offered.uuid)})
    assert f"您正在代理 {giver.name}" in theirs.get("/account").content.decode()
    assert mine.post(f"/account/representations/{offered.uuid}/end").status_code == 302
    assert "您正在代理" not in theirs.get("/account").content.decode()
    told = list(
        Disclosure.objects.filter(subject=giver.uuid, verb__startswith="identity.")
        .order_by("recorded_at")
        .values_list("verb", flat=True)
    )
    assert told[-3:] == [
        "identity.power_given",
        "identity.representation_recorded",
        "identity.representation_ended",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"name": "別人"}, {"number": national_id(letter="L", sex=1, serial=77)}, {"name": ""}],
)
def test_nobody_learns_by_trying_whose_number_it_is(wrong: dict[str, str]) -> None:
    mine, _ = browser_of(somebody(1)), somebody(2, "示例．助手", sex=1)
    page = appoint(mine, **wrong)
    assert page.status_code == 422
    assert "找不到同時符合" in page.content.decode()


def test_a_power_lasts_a_year_at_most_and_needs_more_than_two_documents() -> None:
    giver, _ = somebody(1), somebody(2, "示例．助手", sex=1)
    assert appoint(browser_of(giver), until="2024-01-01").status_code == 409
    assert appoint(browser_of(giver), until="soon").status_code == 409
    weak = browser_of(giver, Method.TWO_DOCUMENTS)
    assert appoint(weak).url == "/sign-in/step-up"


def test_the_data_protection_officer_appoints_and_ends_and_never_themselves() -> None:
    person, dpo = somebody(2, "示例．助手", sex=1), official(Role.DATA_PROTECTION_OFFICER)
    browser = browser_of(dpo)
    given = {"name": "示例．助手", "number": HELPER, "role": "clerk"}
    assert browser.post("/office/appointments", given).status_code == 302
    assert Role.CLERK in queries.roles(person.uuid)
    assert "示例．助手" in browser.get("/office/appointments").content.decode()
    ended = {"person": str(person.uuid), "role": "clerk"}
    assert browser.post("/office/appointments/end", ended).status_code == 302
    assert queries.roles(person.uuid) == {Role.CITIZEN}
    own = {"name": dpo.name, "number": national_id(letter="L", sex=2, serial=900)}
    assert browser.post("/office/appointments", {**own, "role": "clerk"}).status_code == 403
    assert browser.post("/office/appointments", {**given, "role": "king"}).status_code == 422


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.CLERK, Role.ANALYST])
def test_nobody_else_appoints(role: Role) -> None:
    somebody(2, "示例．助手", sex=1)
    browser = browser_of(official(role))
    given = {"name": "示例．助手", "number": HELPER, "role": "clerk"}
    assert browser.post("/office/appointments", given).status_code == 403
    assert browser.get("/office/appointments").status_code == 403


@pytest.fixture
def provider(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Provider:
    settings.VAR, settings.AGENCIES = tmp_path, tmp_path / "agencies"
    made = Provider(tmp_path)
    monkeypatch.setattr("minben.identity.clients.identity_provider", made.client)
    return made


def link(provider: Provider, browser: Client, number: str) -> Any:
    """Show a card at the identity provider, and come back."""
    leaving = browser.post("/account/number")
    back = urlsplit(provider.walk(leaving.url, number))
    return browser.get(f"{back.path}?{back.query}")


def test_who_got_a_national_id_after_a_resident_number_stays_the_same_person(
    provider: Provider,
) -> None:
    resident = actions.find_or_create_person(number="A800000014", on=DAY, name="示例母")
    assert link(provider, browser_of(resident), MOTHER).url == "/account"
    found = queries.find_person(MOTHER)
    assert found is not None
    assert found.uuid == resident.uuid
    assert Disclosure.objects.filter(verb="identity.number_linked").count() == 1


def test_anothers_card_is_linked_to_nobody(provider: Provider) -> None:
    resident = actions.find_or_create_person(number="A800000014", on=DAY, name="示例母")
    assert link(provider, browser_of(resident), FATHER).status_code == 409
    citizen = actions.find_or_create_person(number=MOTHER, on=DAY, name="示例母")
    assert link(provider, browser_of(citizen), FATHER).status_code == 409
    assert queries.find_person(FATHER) is None
    assert link(provider, browser_of(resident), MOTHER).status_code == 409
    found = queries.find_person(MOTHER)
    assert found is not None
    assert found.uuid == citizen.uuid
