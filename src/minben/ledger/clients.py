"""The bank: a protocol, a fake that remembers messages as a bank must, the real one over HTTP.

The message id is the idempotency key: the same bytes again get the same answer, and no money
moves twice.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree as ET

import httpx
from django.conf import settings

from minben.kit.caller import client
from minben.protocol import message
from minben.protocol.keys import PublicKey, SigningKey

SECONDS = 20.0
PAYER = "child-welfare"


class BankSilent(Exception):
    """The bank gave no usable answer; the same bytes are sent again later."""


class Bank(Protocol):
    """銀行 Takes a pain.001 and answers a pain.002."""

    def send(self, document: bytes) -> bytes:
        """Deliver the file; the answer to the same message is always the same."""
        ...


class FakeBank:
    """A bank in memory.

    FakeBank(closed={"0011223344"})   refuses that account with AC04, pays all others
    bank.moved                        end-to-end id → NTD, each once
    bank.received                     how often a file arrived, message id → count
    """

    def __init__(self, closed: frozenset[str] = frozenset()) -> None:
        self.closed = closed
        self.moved: dict[str, int] = {}
        self.received: dict[str, int] = {}
        self._answers: dict[str, tuple[bytes, bytes]] = {}

    def send(self, document: bytes) -> bytes:
        """Pay every line whose account is open, once per message id."""
        tree = ET.fromstring(document)  # noqa: S314 - a test double reads our own file
        name = tree.findtext(".//{*}MsgId") or ""
        self.received[name] = self.received.get(name, 0) + 1
        if name in self._answers:
            before, answer = self._answers[name]
            if before != document:
                raise BankSilent(f"{name} was sent before with other bytes")
            return answer
        answer = self._pay(name, tree)
        self._answers[name] = (document, answer)
        return answer

    def _pay(self, name: str, tree: ET.Element) -> bytes:
        root = ET.Element("Document", {"xmlns": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"})
        body = ET.SubElement(root, "CstmrPmtStsRpt")
        ET.SubElement(ET.SubElement(body, "OrgnlGrpInfAndSts"), "OrgnlMsgId").text = name
        block = ET.SubElement(body, "OrgnlPmtInfAndSts")
        for line in tree.iterfind(".//{*}CdtTrfTxInf"):
            key = line.findtext("{*}PmtId/{*}EndToEndId") or ""
            closed = line.findtext("{*}CdtrAcct/{*}Id/{*}Othr/{*}Id") in self.closed
            said = ET.SubElement(block, "TxInfAndSts")
            ET.SubElement(said, "OrgnlEndToEndId").text = key
            ET.SubElement(said, "TxSts").text = "RJCT" if closed else "ACSC"
            if closed:
                reason = ET.SubElement(ET.SubElement(said, "StsRsnInf"), "Rsn")
                ET.SubElement(reason, "Cd").text = "AC04"
            else:
                self.moved[key] = int(line.findtext("{*}Amt/{*}InstdAmt") or "0")
        report: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
        return report


class HttpBank:
    """The bank agency over HTTP: signed by the paying office, answered under the bank's key."""

    def __init__(self, url: str, bank_key: PublicKey, key: SigningKey) -> None:
        self.url = f"{url.rstrip('/')}/payments"
        self.bank_key = bank_key
        self.key = key

    def send(self, document: bytes) -> bytes:
        """POST the file. BankSilent for no connection, an error status or a wrong signature."""
        headers = message.sign_request(
            method="POST",
            url=self.url,
            headers={"content-type": "application/xml"},
            body=document,
            key=self.key,
            created=datetime.now(UTC),
            nonce=secrets.token_urlsafe(16),
        )
        try:
            answer = client().post(self.url, content=document, headers=headers, timeout=SECONDS)
        except httpx.HTTPError as fault:
            raise BankSilent(f"the bank does not answer: {type(fault).__name__}") from fault
        if answer.status_code != 200:
            raise BankSilent(f"the bank answered {answer.status_code}")
        try:
            message.verify_response(
                status=answer.status_code,
                headers=answer.headers,
                body=answer.content,
                key_of=lambda name: self.bank_key if name == self.bank_key.key_id else None,
                now=datetime.now(UTC),
                request_headers=headers,
            )
        except message.MessageError as fault:
            raise BankSilent(f"the answer is not the bank's: {fault.broken}") from fault
        return answer.content


def bank() -> Bank:
    """The bank of these settings: its descriptor and the payer's key stand under AGENCIES."""
    agencies = Path(settings.AGENCIES)
    descriptor = json.loads((agencies / "bank" / "agency.json").read_text("utf-8"))
    return HttpBank(
        descriptor["base_url"],
        PublicKey.from_text(descriptor["public_key"]),
        SigningKey.load(agencies / PAYER / "key"),
    )


def check_config() -> list[str]:
    """What is missing before money can be sent, in words; empty when all is there."""
    agencies = Path(settings.AGENCIES)
    needed = {
        agencies / "bank" / "agency.json": "the bank's descriptor",
        agencies / PAYER / "key": "the paying office's key",
    }
    return [f"{what} is not at {path}" for path, what in needed.items() if not path.exists()]
