"""The six agencies answer from their own registers, tell of changes, and the bank pays once."""

from datetime import date

import pytest

from agencies.world import CHILD, FATHER, MOTHER, STRANGER
from minben.demo.agencies import changes
from minben.kit.folder import AgencyFolder
from minben.kit.push import Outbox

# Six registers are filled and served.
pytestmark = pytest.mark.slow

HOUSEHOLD = "household-registration/register/person/v1"
ASSISTANCE = "social-affairs/assistance/class/v1"
LEAVE = "labour-insurance/benefits/parental-leave/v1"
PLACES = "childcare/enrolment/place/v1"
BANK = "bank/accounts/ownership/v1"
ALL = ("household-registration", "social-affairs", "labour-insurance", "childcare", "bank")


def told(world, data_set, who, fact, op="value", value=None, month="2022-09"):
    """What the agency says of one fact under a mandate."""
    mandate = world.mandate((data_set, fact))
    agreement = world.agreement()
    body = world.transfer(
        agreement,
        subject=who,
        fact=fact,
        op=op,
        value=value,
        data_set=data_set,
        month=month,
    )
    body["basis"] = {
        "kind": "mandate",
        "mandate": mandate.to_json(),
        "signatures": [world.signed(mandate)],
    }
    answer = world.ask(data_set.partition("/")[0], body)
    assert answer.status_code == 200, answer.text
    one = answer.json()["answers"][0]
    return one["result"] if one["known"] else "unknown"


def test_households(world):
    with world.serving("household-registration"):
        assert told(world, HOUSEHOLD, CHILD, "birth_date") == "2022-07-03"
        assert told(world, HOUSEHOLD, CHILD, "mother") == MOTHER.number
        assert told(world, HOUSEHOLD, MOTHER, "mother") is None
        assert told(world, HOUSEHOLD, FATHER, "children") == [CHILD.number]
        assert told(world, HOUSEHOLD, CHILD, "is_national", "is", True) is True
        assert told(world, HOUSEHOLD, CHILD, "birth_date", "at_least", "2022-07-04") is False


def test_who_is_on_no_assistance_list_is_of_the_general_class(world):
    row = {"number": FATHER.number, "income_class": "low", "starts_on": "2022-01-01"}
    row |= {"ends_on": "2022-08-31", "disadvantaged": 1, "in_state_placement": 0}
    world.write("social-affairs", "assistance", row)
    with world.serving("social-affairs"):
        assert told(world, ASSISTANCE, MOTHER, "income_class", "is", "general") is True
        assert told(world, ASSISTANCE, MOTHER, "income_class") == []
        assert told(world, ASSISTANCE, FATHER, "income_class", "is", "low", "2022-08") is True
        assert told(world, ASSISTANCE, FATHER, "income_class", "is", "general") is True
        assert told(world, ASSISTANCE, MOTHER, "benefit_account") == "unknown"


def test_leave_is_read_for_the_month(world):
    row = {"number": MOTHER.number, "starts_on": "2022-08-15", "ends_on": "2022-09-14"}
    world.write("labour-insurance", "leave_spell", row)
    with world.serving("labour-insurance"):
        for month, drawn in (("2022-07", False), ("2022-09", True), ("2022-10", False)):
            fact = "parental_leave_benefit"
            assert told(world, LEAVE, MOTHER, fact, "is", True, month) is drawn


def test_an_account_is_only_ever_confirmed_to_be_the_persons(world):
    with world.serving("bank"):
        assert told(world, BANK, MOTHER, "owns_account", "is", "700-00012345678") is True
        assert told(world, BANK, FATHER, "owns_account", "is", "700-00012345678") is False
        mandate = world.mandate((BANK, "owns_account"))
        body = world.transfer(world.agreement(), fact="owns_account", op="value", value=None)
        body |= {"data_set": BANK}
        body["basis"] = {
            "kind": "mandate",
            "mandate": mandate.to_json(),
            "signatures": [world.signed(mandate)],
        }
        assert world.ask("bank", body).json()["error"]["key"] == "predicate_only"


def test_a_place_is_told_at_once_and_its_agency_tells_the_platform(world):
    agencies = world.folder("childcare").parent
    on = date(2022, 9, 10)
    with world.serving("childcare"):
        assert told(world, PLACES, CHILD, "care", "is", "none") is True
        changes.enrol(agencies, number=CHILD.number, kind="care", value="quasi_public", on=on)
        assert told(world, PLACES, CHILD, "care", "is", "quasi_public") is True
        assert told(world, PLACES, CHILD, "weekly_care_hours", "at_least", 30) is True
        outbox = Outbox(AgencyFolder.load(world.folder("childcare")))
        world.push_status = 503
        assert outbox.deliver() == 0  # kept until it is taken
        world.push_status = 202
        assert outbox.deliver() == 1
        assert outbox.deliver() == 0
    assert len(world.pushed) == 2


def test_a_birth_is_registered_in_the_mothers_household(world):
    agencies = world.folder("childcare").parent
    on = date(2022, 9, 14)
    newborn = STRANGER.__class__("Y200000013")
    changes.register_birth(
        agencies, number=newborn.number, mother=MOTHER.number, father=FATHER.number, on=on
    )
    with world.serving("household-registration"):
        children = told(world, HOUSEHOLD, MOTHER, "children")
    assert children == [CHILD.number, newborn.number]
    with pytest.raises(LookupError):
        changes.register_birth(agencies, number="x", mother="nobody", father=None, on=on)


def test_a_death_is_registered_once_and_told_of_the_dead_alone(world):
    agencies = world.folder("childcare").parent
    on = date(2022, 9, 14)
    changes.register_death(agencies, number=FATHER.number, on=on)
    with world.serving("household-registration"):
        assert told(world, HOUSEHOLD, FATHER, "died_on") == on.isoformat()
        before = len(world.pushed)
        assert Outbox(AgencyFolder.load(world.folder("household-registration"))).deliver() == 1
    assert len(world.pushed) == before + 1
    with pytest.raises(LookupError):
        changes.register_death(agencies, number=FATHER.number, on=on)
    with pytest.raises(LookupError):
        changes.register_death(agencies, number="nobody", on=on)


PAIN_001 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2022-09-15T00:00:00</CreDtTm></GrpHdr>
<PmtInf><PmtInfId>P-1</PmtInfId>{payments}</PmtInf></CstmrCdtTrfInitn></Document>"""
ONE = """<CdtTrfTxInf><PmtId><EndToEndId>{id}</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="TWD">5000</InstdAmt></Amt>
<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>700</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>
<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>"""


def _order(*payments):
    inside = "".join(ONE.format(id=id, account=account) for id, account in payments)
    return PAIN_001.format(payments=inside).encode()


def test_the_bank_pays_once_and_says_which_accounts_it_could_not_pay(world):
    closed = {"bank_code": "700", "account": "2", "number": FATHER.number, "open": 0}
    world.write("bank", "account", closed)
    order = _order(("E-1", "00012345678"), ("E-2", "2"), ("E-3", "3"))
    xml = {"content-type": "application/xml"}
    with world.serving("bank"):
        first = world.ask("bank", order, "/payments", extra=xml)
        again = world.ask("bank", order, "/payments", extra=xml)
        other = world.ask("bank", _order(("E-9", "2")), "/payments", extra=xml)
    assert first.status_code == 200
    assert first.content == again.content
    assert first.text.count("ACSC") == 1
    assert "AC04" in first.text
    assert "AC01" in first.text
    assert other.json()["error"]["key"] == "same_id_other_request"
    assert [line["what"] for line in world.lane("bank")] == ["paid"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        PAIN_001.format(payments="").encode(),
        _order(("E-1", "1"), ("E-1", "2")),
        _order(("E-1", "")),
    ],
)
def test_a_payment_order_that_cannot_be_read_is_refused_in_words(world, body):
    with world.serving("bank"):
        answer = world.ask("bank", body, "/payments")
    assert (answer.status_code, answer.json()["error"]["key"]) == (400, "malformed")
