"""The bank's two files: pain.001 out, pain.002 in. Pure functions from values to bytes and back.

ISO 20022 pain.001.001.09 (customer credit transfer initiation) and pain.002 (payment status
report, any version). The same arguments always give the same bytes: the message id, the
instants and the order are arguments, nothing is asked of a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET
from xml.parsers import expat

from minben.ledger.types import CreditTransfer, PaymentStatus

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
ACCEPTED = frozenset({"ACSC", "ACCC"})  # settled for the debtor, or for the creditor
REFUSED = frozenset({"RJCT"})


@dataclass(frozen=True, slots=True)
class Debtor:
    """付款機關 Who pays: the agency's name, its account and its bank's code."""

    name: str
    bank_code: str
    account: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """付款狀態報告 What a pain.002 says of one message."""

    message_id: str
    statuses: tuple[PaymentStatus, ...]


def initiation(
    *,
    message_id: str,
    created_at: datetime,
    execute_on: date,
    debtor: Debtor,
    transfers: Sequence[CreditTransfer],
) -> bytes:
    """The pain.001 file: one payment information block, transfers in order of their ids.

    Amounts are whole NTD. Payees are not named: bank code and account suffice to pay.
    ValueError for an empty file, a doubled id or an instant without a zone.
    """
    ordered = sorted(transfers, key=lambda t: t.end_to_end_id)
    if not ordered:
        raise ValueError("a payment file needs at least one transfer")
    if len({t.end_to_end_id for t in ordered}) != len(ordered):
        raise ValueError("two transfers carry the same EndToEndId")
    if created_at.tzinfo is None:
        raise ValueError("the creation instant needs a zone")
    total = str(sum(t.amount for t in ordered))
    root = ET.Element("Document", {"xmlns": NAMESPACE})
    body = ET.SubElement(root, "CstmrCdtTrfInitn")
    header = ET.SubElement(body, "GrpHdr")
    _leaf(header, "MsgId", message_id)
    _leaf(header, "CreDtTm", created_at.isoformat(timespec="seconds"))
    _leaf(header, "NbOfTxs", str(len(ordered)))
    _leaf(header, "CtrlSum", total)
    _leaf(header, "InitgPty/Nm", debtor.name)
    block = ET.SubElement(body, "PmtInf")
    _leaf(block, "PmtInfId", message_id)
    _leaf(block, "PmtMtd", "TRF")
    _leaf(block, "BtchBookg", "true")
    _leaf(block, "NbOfTxs", str(len(ordered)))
    _leaf(block, "CtrlSum", total)
    _leaf(block, "ReqdExctnDt/Dt", execute_on.isoformat())
    _leaf(block, "Dbtr/Nm", debtor.name)
    _leaf(block, "DbtrAcct/Id/Othr/Id", debtor.account)
    _leaf(block, "DbtrAgt/FinInstnId/ClrSysMmbId/MmbId", debtor.bank_code)
    for transfer in ordered:
        line = ET.SubElement(block, "CdtTrfTxInf")
        _leaf(line, "PmtId/EndToEndId", transfer.end_to_end_id)
        _leaf(line, "Amt/InstdAmt", str(transfer.amount)).set("Ccy", "TWD")
        _leaf(line, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", transfer.to.bank_code)
        _leaf(line, "CdtrAcct/Id/Othr/Id", transfer.to.account)
    document: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def report(document: bytes) -> StatusReport:
    """Read a pain.002 of any version. ValueError says what is missing.

    A transaction that is neither settled nor refused (still pending) is left out: the bank
    answers it in a later report.
    """
    body = _parsed(document)
    message_id = body.findtext(".//{*}OrgnlMsgId")
    if not message_id:
        raise ValueError("the status report names no OrgnlMsgId")
    statuses = []
    for line in body.iterfind(".//{*}TxInfAndSts"):
        end_to_end_id = line.findtext("{*}OrgnlEndToEndId")
        status = line.findtext("{*}TxSts")
        if not end_to_end_id or not status:
            raise ValueError("a transaction lacks OrgnlEndToEndId or TxSts")
        if status in ACCEPTED or status in REFUSED:
            reason = line.findtext("{*}StsRsnInf/{*}Rsn/{*}Cd")
            accepted = status in ACCEPTED
            statuses.append(
                PaymentStatus(end_to_end_id, accepted, None if accepted else reason or "NARR")
            )
    return StatusReport(message_id, tuple(statuses))


def _leaf(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Make nested elements down to a leaf that holds the text."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text
    return parent


def _parsed(document: bytes) -> ET.Element:
    """The document's tree; ValueError for a doctype (entities are never expanded) or nonsense."""

    def refuse_doctype(*_: object) -> None:
        raise ValueError("a status report has no doctype")

    scout = expat.ParserCreate()
    scout.StartDoctypeDeclHandler = refuse_doctype
    try:
        scout.Parse(document, True)
        return ET.fromstring(document)  # noqa: S314 - the doctype was refused above
    except (expat.ExpatError, ET.ParseError) as fault:
        raise ValueError(f"the status report is not XML: {fault}") from fault
