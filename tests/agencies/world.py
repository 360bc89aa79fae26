"""A small world for tests: the demo's agencies on free ports, and people who sign.

world = World(tmp_path)
with world.serving("tax"):
    answer = world.ask("tax", world.transfer(...))
"""

from __future__ import annotations

import json
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from minben.base.assurance import AssuranceLevel
from minben.base.identifiers import national_id
from minben.base.text import Text
from minben.demo.agencies import prepare
from minben.demo.town.tables import TABLES
from minben.kit.caller import client
from minben.kit.command import open_provider
from minben.protocol import jws
from minben.protocol import mandate as mandates
from minben.protocol.agreement import Agreement, FactRequest, Party, Rule, Signature, Verb
from minben.protocol.evidence import SIGNATURE, number_digest
from minben.protocol.keys import PublicKey, SigningKey
from minben.protocol.mandate import Mandate, MandatedFact
from minben.protocol.message import sign_request, sign_response, verify_response
from minben.pseudonyms.app import Authority

SPACE = UUID("3f1f2c52-6a51-4d53-9f6e-0d6c5f0a7c11")
RECIPIENT = prepare.RECIPIENT
RATE = "tax/income/rate/v1"


@dataclass(frozen=True)
class Resident:
    """A person of the small world."""

    number: str
    salt: str = "salt"
    known_as: UUID | None = None

    @property
    def uuid(self) -> UUID:
        return self.known_as or uuid5(SPACE, self.number)

    @property
    def ref(self) -> str:
        return f"person:{self.uuid}"


MOTHER = Resident(national_id(letter="L", sex=2, serial=1))
FATHER = Resident(national_id(letter="L", sex=1, serial=2))
CHILD = Resident(national_id(letter="L", sex=2, serial=3))
STRANGER = Resident(national_id(letter="L", sex=1, serial=4))


class World:
    """Folders, keys, registers and the consent owner's word, all under one folder."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.sockets = {key: _bound() for key in ("owner", prepare.PSEUDONYMS, *_agencies())}
        urls = {key: f"http://127.0.0.1:{_port(sock)}" for key, sock in self.sockets.items()}
        self.urls = urls
        prepare.prepare(
            var, origin=urls["owner"], pseudonyms_url=urls[prepare.PSEUDONYMS], base_urls=urls
        )
        self.states: dict[str, str] = {}  # basis → what the consent owner says; else "active"
        self.pushed: list[tuple[dict[str, str], bytes]] = []
        self.push_status = 202
        self.serving_now: dict[str, Any] = {}
        self.idp = SigningKey.load(self.folder("idp") / "key")
        self.owner = SigningKey.load(var / prepare.CONSENT_OWNER_KEY)
        self.approver = SigningKey.load(var / prepare.APPROVER_KEY)
        self.recipient = SigningKey.load(self.folder(RECIPIENT) / "key")
        for table in TABLES:
            self._make(table.agency, table.create)
        self._family()

    def folder(self, agency: str) -> Path:
        return self.var / "agencies" / agency

    def write(self, agency: str, table: str, *rows: Mapping[str, Any]) -> None:
        """Rows for an agency's register."""
        with sqlite3.connect(self.folder(agency) / "data.sqlite3") as db:
            for row in rows:
                names = ", ".join(row)
                marks = ", ".join(f":{name}" for name in row)
                db.execute(f"INSERT OR REPLACE INTO {table}({names}) VALUES ({marks})", row)
        db.close()

    @contextmanager
    def serving(self, *agencies: str, owner: bool = True) -> Iterator[None]:
        """Real HTTP servers for agencies ("pseudonyms" among them) and the consent owner."""
        with _Servers() as servers:
            if owner:
                servers.start(self._owner_app(), self.sockets["owner"])
            for agency in agencies:
                folder = self.folder(agency)
                part = (
                    Authority.load(folder)
                    if agency == prepare.PSEUDONYMS
                    else open_provider(folder)
                )
                self.serving_now[agency] = part
                servers.start(part.app, self.sockets[agency])
                servers.closing.append(part)
            yield

    def agreement(
        self,
        *facts: FactRequest,
        parties: Sequence[Party] = (),
        frequency: Any = "once",
        valid_for: timedelta = timedelta(days=1),
        recipient: str = RECIPIENT,
    ) -> Agreement:
        """An agreement in which every party must accept; by default the mother about her tax."""
        held = tuple(parties) or (Party("mother", MOTHER.ref, AssuranceLevel.MEDIUM),)
        now = datetime.now(UTC).replace(microsecond=0)
        return Agreement(
            parties=held,
            facts=facts or (FactRequest(MOTHER.ref, "tax_rate", "at_least", 20, RATE),),
            rule=Rule.all(*(party.role for party in held)),
            purpose=Text("育兒津貼審核", "Deciding the child-rearing allowance"),
            recipient=recipient,
            legal_basis="育兒津貼作業要點",
            valid_from=now - timedelta(days=2),
            valid_until=now + valid_for,
            nonce=secrets.token_hex(8),
            frequency=frequency,
        )

    def signature(
        self,
        agreement: Agreement,
        by: Resident,
        verb: Verb = "accept",
        *,
        assurance: AssuranceLevel = AssuranceLevel.HIGH,
        method: str = "citizen_certificate",
        key: SigningKey | None = None,
        at: datetime | None = None,
        text_digest: str = "sha-256:" + "0" * 64,
    ) -> Signature:
        """A person's word, vouched for by the demo's identity provider (or another key)."""
        now = at or datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=1)
        bare = Signature(
            agreement=agreement.id,
            verb=verb,
            by=by.ref,
            at=now,
            assurance=assurance,
            text_digest=text_digest,
        )
        claims = {
            "iss": "idp",
            "aud": "minben",
            "sub": by.ref,
            "digest": bare.digest,
            "acr": assurance.acr,
            "amr": [method],
            "number_digest": number_digest(by.salt, by.number),
            "iat": int(now.timestamp()),
        }
        statement = jws.sign(claims, key=key or self.idp, typ=SIGNATURE)
        return replace(bare, evidence={"kind": "idp", "statement": statement})

    def mandate(self, *facts: tuple[str, str], purpose: str = "childcare-allowance") -> Mandate:
        """A mandate of the child-welfare office over (data set, fact) pairs."""
        now = datetime.now(UTC).replace(microsecond=0)
        return Mandate(
            article="育兒津貼作業要點第三點",
            approver=prepare.APPROVER,
            purpose=purpose,
            recipient=RECIPIENT,
            facts=tuple(MandatedFact(*fact) for fact in facts),
            valid_from=now - timedelta(days=1),
            valid_until=now + timedelta(days=30),
        )

    def signed(self, mandate: Mandate, key: SigningKey | None = None) -> dict[str, str]:
        return mandates.sign(mandate, key or self.approver)

    def transfer(
        self,
        agreement: Agreement,
        *signatures: Signature,
        subject: Resident = MOTHER,
        fact: str = "tax_rate",
        op: str = "at_least",
        value: int | str | bool | None = 20,
        data_set: str = RATE,
        month: str = "2022-09",
        id: str | None = None,
    ) -> dict[str, Any]:
        """The body of a transfer request with one question."""
        return {
            "transfer": id or str(uuid4()),
            "recipient": RECIPIENT,
            "data_set": data_set,
            "subject": {"ref": subject.ref, "number": subject.number, "salt": subject.salt},
            "basis": {
                "kind": "agreement",
                "agreement": agreement.to_json(),
                "signatures": [signature.to_json() for signature in signatures],
            },
            "requests": [{"fact": fact, "op": op, "value": value, "month": month}],
        }

    def ask(
        self, agency: str, body: Mapping[str, Any] | bytes, path: str = "/transfers", **how: Any
    ) -> httpx.Response:
        """Send a signed message and check that the answer is signed by that agency."""
        key = how.pop("key", self.recipient)
        method = how.pop("method", "POST")
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = self.urls[agency] + path
        headers = how.pop("headers", None) or sign_request(
            method=method,
            url=url,
            headers=how.pop("extra", {}),
            body=content,
            key=key,
            created=datetime.now(UTC),
            nonce=secrets.token_hex(8),
        )
        answer = client().request(method, url, content=content, headers=headers, timeout=30)
        public = self.public(agency)
        if "signature" in headers:
            verify_response(
                status=answer.status_code,
                headers=dict(answer.headers),
                body=answer.content,
                key_of={public.key_id: public}.get,
                now=datetime.now(UTC),
                request_headers=headers,
            )
        return answer

    def public(self, agency: str) -> PublicKey:
        descriptor = json.loads((self.folder(agency) / "agency.json").read_text("utf-8"))
        return PublicKey.from_text(descriptor["public_key"])

    def lane(self, agency: str) -> list[dict[str, Any]]:
        """What an agency logged."""
        path = self.folder(agency) / "lane" / "00000000.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    def descriptor(self, agency: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            (self.folder(agency) / "agency.json").read_text("utf-8")
        )
        return value

    def _make(self, agency: str, create: str) -> None:
        db = sqlite3.connect(self.folder(agency) / "data.sqlite3")
        with db:
            db.execute(create)
        db.close()

    def _family(self) -> None:
        def person(who: Resident, born: str, sex: int, **more: Any) -> dict[str, Any]:
            return {
                "number": who.number,
                "name": "示例",
                "name_en": "Demo",
                "birth_date": born,
                "birth_sequence": 1,
                "sex": sex,
                "is_national": 1,
                "registered_on": born,
                "household": "H1",
                "township": "63000050",
                **more,
            }

        self.write(
            "household-registration",
            "person",
            person(MOTHER, "1990-01-01", 2),
            person(FATHER, "1989-01-01", 1),
            person(CHILD, "2022-07-03", 2, mother=MOTHER.number, father=FATHER.number),
            person(STRANGER, "1980-01-01", 1),
        )
        for who, rate in ((MOTHER, 12), (FATHER, 5), (STRANGER, 40)):
            row = {"number": who.number, "year": 2021, "tax_rate": rate, "filing_unit": "F"}
            self.write("tax", "rate", row)
        account = {"bank_code": "700", "account": "00012345678", "number": MOTHER.number}
        self.write("bank", "account", {**account, "open": 1})

    def _owner_app(self) -> Starlette:
        """The consent owner as providers see it: the state of a basis, signed; and the inbox."""

        async def status(request: Request) -> Response:
            basis = request.path_params["basis"]
            state = self.states.get(basis, "active")
            body = json.dumps({"id": basis, "state": state}).encode()
            headers = sign_response(
                status=200,
                headers={},
                body=body,
                key=self.owner,
                created=datetime.now(UTC),
                request_headers=dict(request.headers),
            )
            return Response(body, 200, headers)

        async def push(request: Request) -> Response:
            self.pushed.append((dict(request.headers), await request.body()))
            return Response(b"{}", self.push_status)

        return Starlette(
            routes=[
                Route("/api/agreements/{basis}/status", status),
                Route("/api/pushes/{agency}", push, methods=["POST"]),
            ]
        )


class _Servers:
    """Uvicorn servers in threads, stopped at the end."""

    def __init__(self) -> None:
        self.closing: list[Any] = []
        self._running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def __enter__(self) -> _Servers:
        return self

    def start(self, app: Starlette, sock: socket.socket) -> None:
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        own = sock.dup()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started
        self._running.append((server, thread))

    def __exit__(self, *_: object) -> None:
        for server, thread in self._running:
            server.should_exit = True
            thread.join(timeout=10)
        for part in self.closing:
            part.close()


def _agencies() -> list[str]:
    return [agency.key for agency in prepare.AGENCIES]


def _bound() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


def _port(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port
