"""Each address of office and counter refuses every role but its own, to read and to act."""

from uuid import uuid4

import pytest
from django.test import Client

from minben.identity.types import Role
from portal.visiting import browser_of, official, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CASE = "/office/cases/MB-2022-000001-5"
OFFICER, CLERK, ANALYST = Role.CASE_OFFICER, Role.CLERK, Role.ANALYST
PROTECTION, AUDITOR = Role.DATA_PROTECTION_OFFICER, Role.AUDITOR
READS_LAW = {ANALYST, OFFICER, PROTECTION, AUDITOR}
EVERYBODY_OF_THE_OFFICE = set(Role) - {Role.CITIZEN}
ADDRESSES = {
    "/office/": EVERYBODY_OF_THE_OFFICE,
    "/office/find": {OFFICER},
    f"/office/tasks/{uuid4()}/done": {OFFICER, CLERK},
    "/office/runs": {OFFICER, PROTECTION, ANALYST},
    "/office/payments": {OFFICER},
    CASE: {OFFICER},
    f"{CASE}/override": {OFFICER},
    f"{CASE}/overrides/{uuid4()}": {OFFICER},
    f"{CASE}/objection": {OFFICER},
    f"{CASE}/decisions/{uuid4()}/confirm": {OFFICER},
    f"{CASE}/appeals/{uuid4()}": {OFFICER},
    "/office/register": {PROTECTION, AUDITOR},
    "/office/appointments": {PROTECTION},
    "/office/appointments/end": {PROTECTION},
    "/office/mandates": {PROTECTION, AUDITOR},
    "/office/unusual": {PROTECTION},
    "/office/tables": READS_LAW,
    "/office/tables/childcare/2022-09": READS_LAW,
    "/office/tables/childcare/2022-09/support.dmn": READS_LAW,
    "/counter": {CLERK},
    "/counter/serve": {CLERK},
    "/counter/present": {CLERK},
    f"/counter/present/{uuid4()}/serve": {CLERK},
    "/counter/witness": {CLERK, OFFICER},
    f"/counter/witness/{uuid4()}": {CLERK, OFFICER},
    f"/counter/witness/{uuid4()}/sign": {CLERK, OFFICER},
}
SERIALS = {role: serial for serial, role in enumerate(Role, 940)}


@pytest.mark.parametrize("role", Role)
def test_who_lacks_the_role_neither_reads_nor_acts(role: Role) -> None:
    citizen = role is Role.CITIZEN
    browser = browser_of(somebody(31) if citizen else official(role, SERIALS[role]))
    let_in = [
        (ask.__name__, address)
        for address, roles in ADDRESSES.items()
        if role not in roles
        for ask in (browser.get, browser.post)
        if ask(address).status_code not in (403, 405)
    ]
    assert let_in == []


def test_a_visitor_is_asked_to_sign_in_first() -> None:
    browser = Client()
    for address in ADDRESSES:
        for ask in (browser.get, browser.post):
            answer = ask(address)
            assert answer.status_code == 405 or answer.url == "/sign-in", address
