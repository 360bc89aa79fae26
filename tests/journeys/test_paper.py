"""Somebody with nothing but a paper: two officials receive her, she signs, and is paid."""

import pytest
from playwright.sync_api import expect

from journeys.driving import accept_offer, sign_here, until_seen

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def receive(town, clerk, second, key):
    """A clerk and a second official compare a person with the paper."""
    number, name = town.people[key]["number"], town.name(key)
    clerk.goto("/counter")
    clerk.get_by_label("證件上的統一編號").fill(number)
    clerk.get_by_label("證件上的姓名").fill(name)
    clerk.get_by_label("我已比對本人與證件照片").check()
    clerk.get_by_role("button", name="請第二位同仁確認").click()
    expect(clerk.locator("main")).to_contain_text("等第二位同仁確認")
    expect(clerk.get_by_role("button", name=f"開始服務 {name}")).to_have_count(0)
    second.goto("/counter/witness")
    second.get_by_label("證件號碼末四碼").fill(number[-4:])
    second.get_by_role("button", name="我也比對過了").click()
    clerk.get_by_role("link", name="重新整理").click()
    clerk.get_by_role("button", name=f"開始服務 {name}").click()
    expect(clerk.locator("main")).to_contain_text(f"正在服務 {name}")


def test_a_mother_without_any_credential_is_paid_on_two_officials_statements(town):
    """She takes up her offer at the counter; both officials witness her word, the father signs."""
    clerk, second = town.visit(phone=False), town.visit(phone=False)
    town.sign_in(clerk, "clerk")
    town.sign_in(second, "officer-1")
    receive(town, clerk, second, "half-siblings-mother")
    clerk.goto("/for-you")
    until_seen(clerk, "看看並決定")
    accept_offer(town, clerk, "half-siblings-mother")
    clerk.get_by_role("button", name="同意並簽署").click()
    town.show_card(clerk, "clerk")
    clerk.wait_for_url(f"{town.origin}/agreements/**")
    expect(clerk.locator("main")).to_contain_text("等第二位同仁見證")
    second.goto("/counter/witness")
    second.get_by_role("button", name="閱讀全文並見證").click()
    expect(second.locator("body")).to_contain_text("您即將見證一份簽名")
    town.show_card(second, "officer-1")
    second.wait_for_url(f"{town.origin}/counter/witness")
    clerk.reload()
    expect(clerk.locator("main")).to_contain_text("臨櫃由兩人見證")
    father = town.visit()
    town.sign_in(father, "half-siblings-father")
    father.goto("/agreements")
    father.get_by_role("link", name="閱讀並決定").first.click()
    sign_here(town, father, "half-siblings-father")
    clerk.goto("/cases")
    until_seen(clerk, "NT$ 6,000")
    clerk.goto("/trail")
    expect(clerk.locator("main")).to_contain_text("第二位同仁見證簽名")
