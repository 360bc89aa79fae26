"""ISO 20022 as a bank reads and writes it: pain.001 in, pain.002 out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

IN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
OUT = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"
_NS = {"p": IN}


class MalformedPayment(Exception):
    """A pain.001 that cannot be read; `element` is the path of what is wrong."""

    def __init__(self, element: str, explanation: str) -> None:
        super().__init__(explanation)
        self.element = element


@dataclass(frozen=True, slots=True)
class Payment:
    """付款 One credit transfer."""

    end_to_end_id: str
    bank_code: str
    account: str
    amount: int  # NTD


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """付款指示 One pain.001 message."""

    message_id: str
    created: str
    payments: tuple[Payment, ...]
    groups: tuple[tuple[str, int], ...]  # PmtInfId and how many payments it holds, in order

    @classmethod
    def read(cls, body: bytes) -> PaymentOrder:
        """Read a message; MalformedPayment names the element.

        Document types and entities are refused before parsing (no expansion, no outside files).
        """
        if b"<!" in body:
            raise MalformedPayment("", "document types, entities and comments are not accepted")
        try:
            root = ET.fromstring(body)  # noqa: S314  (no DTD can be in it, see above)
        except (ET.ParseError, ValueError, LookupError) as error:
            raise MalformedPayment("", f"not XML: {error}") from error
        if root.tag != f"{{{IN}}}Document":
            raise MalformedPayment("Document", f"the namespace must be {IN}")
        start = "p:CstmrCdtTrfInitn"
        payments: list[Payment] = []
        groups: list[tuple[str, int]] = []
        for group in root.findall(f"{start}/p:PmtInf", _NS):
            found = [_payment(item) for item in group.findall("p:CdtTrfTxInf", _NS)]
            groups.append((_text(group, "p:PmtInfId"), len(found)))
            payments += found
        if not payments:
            raise MalformedPayment("PmtInf/CdtTrfTxInf", "it pays nobody")
        if len({p.end_to_end_id for p in payments}) != len(payments):
            raise MalformedPayment("PmtId/EndToEndId", "an EndToEndId stands twice")
        return cls(
            _text(root, f"{start}/p:GrpHdr/p:MsgId"),
            _text(root, f"{start}/p:GrpHdr/p:CreDtTm"),
            tuple(payments),
            tuple(groups),
        )


def status_report(order: PaymentOrder, refusals: Mapping[str, str | None]) -> bytes:
    """The pain.002 for an order: ACSC settled, or RJCT with its reason, per payment.

    Made of the order alone, so the same order gives the same bytes.
    """
    ET.register_namespace("", OUT)
    document = ET.Element(f"{{{OUT}}}Document")
    report = _add(document, "CstmrPmtStsRpt")
    header = _add(report, "GrpHdr")
    _add(header, "MsgId", f"R-{order.message_id}"[:35])
    _add(header, "CreDtTm", order.created)
    group = _add(report, "OrgnlGrpInfAndSts")
    _add(group, "OrgnlMsgId", order.message_id)
    _add(group, "OrgnlMsgNmId", "pain.001.001.09")
    rejected = sum(reason is not None for reason in refusals.values())
    state = "RJCT" if rejected == len(refusals) else "PART" if rejected else "ACSC"
    _add(group, "GrpSts", state)
    waiting = iter(order.payments)
    for name, count in order.groups:
        part = _add(report, "OrgnlPmtInfAndSts")
        _add(part, "OrgnlPmtInfId", name)
        for _ in range(count):
            payment = next(waiting)
            one = _add(part, "TxInfAndSts")
            _add(one, "OrgnlEndToEndId", payment.end_to_end_id)
            reason = refusals[payment.end_to_end_id]
            _add(one, "TxSts", "RJCT" if reason else "ACSC")
            if reason:
                _add(_add(_add(one, "StsRsnInf"), "Rsn"), "Cd", reason)
    return bytes(ET.tostring(document, encoding="UTF-8", xml_declaration=True))


def _payment(item: ET.Element) -> Payment:
    amount = item.find("p:Amt/p:InstdAmt", _NS)
    written = "" if amount is None else (amount.text or "")
    if (
        amount is None
        or amount.get("Ccy") != "TWD"
        or not re.fullmatch(r"\d{1,9}(\.0+)?", written)
    ):
        raise MalformedPayment("Amt/InstdAmt", "a whole amount in TWD is needed")
    return Payment(
        _text(item, "p:PmtId/p:EndToEndId"),
        _text(item, "p:CdtrAgt/p:FinInstnId/p:ClrSysMmbId/p:MmbId"),
        _text(item, "p:CdtrAcct/p:Id/p:Othr/p:Id"),
        int(written.partition(".")[0]),
    )


def _text(element: ET.Element, path: str) -> str:
    found = element.findtext(path, "", _NS).strip()
    if not 0 < len(found) <= 35:
        raise MalformedPayment(path.replace("p:", ""), "1 to 35 characters are needed")
    return found


def _add(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{OUT}}}{tag}")
    child.text = text
    return child
