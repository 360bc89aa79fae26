"""A whole identity provider in this process, with a few cards, for the tests of several rooms."""

import sqlite3
import time
import warnings
from pathlib import Path

from minben.base.identifiers import national_id
from minben.demo.idp import stating
from minben.demo.idp.app import IdentityProvider
from minben.demo.idp.prepare import prepare
from minben.demo.idp.store import Store
from minben.identity.clients import HttpIdentityProvider, platform_key_path
from minben.protocol.keys import SigningKey

with warnings.catch_warnings():  # Starlette would rather have a successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

MOTHER = national_id(letter="L", sex=2, serial=1)
FATHER = national_id(letter="R", sex=1, serial=2)
CLERK = national_id(letter="S", sex=2, serial=3)
OFFICER = national_id(letter="Y", sex=1, serial=4)
NAMES = {MOTHER: "示例母", FATHER: "示例父", CLERK: "示例櫃檯", OFFICER: "示例承辦"}
METHODS = (
    "citizen_certificate",
    "corporate_certificate",
    "mobile_fido",
    "nhi_card",
    "two_documents",
)
PIN = "246810"


class Provider:
    """var/agencies/idp with a card of every method for four people."""

    def __init__(self, var: Path, origin: str = "http://localhost:8000") -> None:
        self.folder = prepare(var, origin=origin)
        self.key = SigningKey.load(self.folder / "key")
        self.store = Store(self.folder)
        with sqlite3.connect(self.folder / "data.sqlite3") as base:
            base.executemany(
                "INSERT INTO credential VALUES (?, ?, ?, ?, ?)",
                [
                    (number, method, serial(number, method), PIN, name)
                    for number, name in NAMES.items()
                    for method in METHODS
                ],
            )
            base.execute(
                "INSERT INTO company VALUES (?, ?, ?)",
                (serial(MOTHER, "corporate_certificate"), "22099131", "示例托嬰中心"),
            )
        base.close()
        self.now = time.time
        self.app = IdentityProvider(self.folder, clock=lambda: self.now()).app()
        self.browser = TestClient(
            self.app, base_url="http://localhost:8010", follow_redirects=False
        )

    def client(self) -> HttpIdentityProvider:
        key = SigningKey.load(platform_key_path())
        return HttpIdentityProvider("http://localhost:8010", key, TestClient(self.app))

    def state(self, document: dict, number: str, method: str) -> str:
        """A statement without going through the pages."""
        card = self.store.card(method, serial(number, method))
        assert card is not None
        return stating.state(document, card, key=self.key, now=self.now())

    def sign_in(self, number: str, method: str = "citizen_certificate", nonce: str = "n") -> str:
        return self.state({"kind": "sign_in", "nonce": nonce}, number, method)

    def walk(self, address: str, number: str, method: str = "citizen_certificate") -> str:
        """Go through the provider's pages as a person would; where it sends the browser back."""
        name = address.partition("request=")[2]
        told = self.browser.post(
            "/sign-in",
            data={
                "request": name,
                "method": method,
                "serial": serial(number, method),
                "pin": PIN,
                "lang": "zh",
            },
        )
        assert told.status_code == 303, told.text
        return told.headers["location"]


def serial(number: str, method: str) -> str:
    return f"{method}-{number[-4:]}"
