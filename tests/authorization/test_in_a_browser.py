"""A real browser on its way from an app to minben, the identity provider, and back."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from authorization.relying_party import RelyingParty
from authorization.test_agreements_as_grants import RATE, TERMS
from identity.test_passkey_journey import (  # noqa: F401 - fixtures
    no_barriers,
    page,
    serving,
    show_card,
    town,
)

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


async def app(scope, receive, send):
    """Another app of the city: it only says that somebody came back."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"welcome back"})


def test_a_person_signs_in_to_an_app_by_card_and_signs_an_agreement_for_another(town, page):  # noqa: F811
    _, origin = town
    with serving(app) as other:
        back = f"{other}/back"
        pool = RelyingParty("pool", profile="sign_in", redirect_uris=[back])
        page.goto(f"{origin}/oauth/authorize?{urlencode(pool.question(redirect_uri=back))}")
        page.get_by_role("button", name="自然人憑證 卡片").click()
        show_card(page, "citizen_certificate", "登入")
        page.get_by_role("heading", name="登入示例圖書館").wait_for()
        no_barriers(page)
        page.get_by_role("button", name="同意並繼續").click()
        page.get_by_text("welcome back").wait_for()
        code = parse_qs(urlsplit(page.url).query)["code"][0]
        assert pool.redeem(code, proof=None, redirect_uri=back).status_code == 200

        library = RelyingParty(redirect_uris=[back])
        pushed = library.push(authorization_details=[TERMS], redirect_uri=back).json()
        told = {"client_id": library.id, "request_uri": pushed["request_uri"]}
        page.goto(f"{origin}/oauth/authorize?{urlencode(told)}")
        page.get_by_role("heading", name="您同意嗎？").wait_for()
        no_barriers(page)
        page.get_by_role("button", name="同意並簽署").click()
        page.get_by_role("button", name="健保卡").click()
        show_card(page, "nhi_card", "簽署")
        page.get_by_text("welcome back").wait_for()
        code = parse_qs(urlsplit(page.url).query)["code"][0]
        answer = library.redeem(code, redirect_uri=back).json()
        assert answer["authorization_details"][0]["facts"] == [RATE]

        page.goto(f"{origin}/account/apps")
        no_barriers(page)
        page.get_by_role("button", name="收回").click()
        page.get_by_text("已收回").wait_for()
