"""Load for the exchange: requests signed and sealed beforehand, sent by wrk; CPU of process trees.

wrk sends each prepared request once and in turn, so that no signature is used twice. Preparing
them is not measured: it is the recipients' work, on their machines.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jws as jose
from joserfc import jwt
from joserfc.jwk import ECKey

from minben.base.assurance import AssuranceLevel
from minben.base.identifiers import national_id
from minben.base.month import Month
from minben.base.text import Text
from minben.bench.exchange_hops import RATE
from minben.kit.transfer import Basis, SubjectClaim, TransferRequest
from minben.kit.types import FactRequest as Question
from minben.protocol import dpop, jws
from minben.protocol.agreement import Agreement, FactRequest, Party, Rule, Signature
from minben.protocol.evidence import SIGNATURE, number_digest
from minben.protocol.keys import SigningKey
from minben.protocol.message import ROUTED, Signer, sign_request
from minben.protocol.sealing import SealedTo, SealingKey
from minben.protocol.session import Session

WRK = "wrk"
MOST_SECONDS = 30.0
PERSON = "person:00000000-0000-4000-8000-000000000001"
ISSUER = "https://as.example"
_LUA = """
local records, at = {}, 0
function init(args)
  local file = io.open(args[1], "rb")
  while true do
    local size = file:read(8)
    if size == nil then break end
    records[#records + 1] = file:read(tonumber(size))
  end
  file:close()
end
function request()
  at = at % #records + 1
  return records[at]
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"us":%d,"p50":%d,"p95":%d,"p99":%d,"refused":%d,"failed":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Client:
    """負載端 The recipient of the demo, its person, and what a request may carry."""

    var: Path
    url: str
    session: Session | None = None
    token: bool = False

    @property
    def key(self) -> Signer:
        """What signs: the agency's key, or its session's."""
        if self.session is not None:
            return self.session.asking
        return SigningKey.load(self.var / "agencies" / "child-welfare" / "key")

    def write(self, path: Path, count: int, *, standing: bool = True) -> None:
        """Prepare `count` requests; `standing`: all under one agreement, else each its own.

        Fewer when that takes longer than `MOST_SECONDS`: proofs and signatures grow old.
        """
        until = time.monotonic() + MOST_SECONDS
        with path.open("wb") as file:
            for raw in self._requests(count, standing):
                file.write(b"%8d" % len(raw) + raw)
                if time.monotonic() > until:
                    return

    def _requests(self, count: int, standing: bool) -> Iterator[bytes]:
        key, sealing = (
            self.key,
            SealingKey.load_or_make(self.var / "agencies" / "tax" / "sealing_key"),
        )
        basis = agreed(self.var)
        shown = shown_with(self.url, basis) if self.token else None
        for _ in range(count):
            if not standing:
                basis = agreed(self.var)
            body = json.dumps(_transfer(basis, sealing.public)).encode()
            extra = {} if shown is None else shown()
            headers = sign_request(
                method="POST",
                url=f"{self.url}/{RATE}",
                headers=extra,
                body=body,
                key=key,
                created=datetime.now(UTC),
                nonce=secrets.token_urlsafe(12),
                covered=ROUTED,
            )
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"POST /{RATE} HTTP/1.1\r\nhost: localhost\r\n{lines}"
            yield f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def agreed(var: Path) -> Basis:
    """A standing agreement of the person, signed with their identity provider's word."""
    now = datetime.now(UTC).replace(microsecond=0)
    agreement = Agreement(
        parties=(Party("mother", PERSON, AssuranceLevel.MEDIUM),),
        facts=(FactRequest(PERSON, "tax_rate", "at_least", 20, RATE),),
        rule=Rule.all("mother"),
        purpose=Text("育兒津貼審核", "Deciding the child-rearing allowance"),
        recipient="child-welfare",
        legal_basis="育兒津貼作業要點",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=30),
        nonce=secrets.token_hex(8),
        frequency="unlimited",
    )
    bare = Signature(
        agreement=agreement.id,
        verb="accept",
        by=PERSON,
        at=now - timedelta(seconds=1),
        assurance=AssuranceLevel.HIGH,
        text_digest="sha-256:" + "0" * 64,
    )
    claims = {
        "iss": "idp",
        "aud": "minben",
        "sub": PERSON,
        "digest": bare.digest,
        "acr": AssuranceLevel.HIGH.acr,
        "amr": ["citizen_certificate"],
        "number_digest": number_digest("salt", _NUMBER),
        "iat": int(now.timestamp()),
    }
    idp = SigningKey.load(var / "agencies" / "idp" / "key")
    evidence = {"kind": "idp", "statement": jws.sign(claims, key=idp, typ=SIGNATURE)}
    signature = replace(bare, evidence=evidence)
    return Basis("agreement", agreement.to_json(), (signature.to_json(),))


_NUMBER = national_id(letter="L", sex=2, serial=1)
_ANSWER_KEY = SealingKey.generate().public
SERVER, CLIENT = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")


def _transfer(basis: Basis, to: SealedTo) -> dict[str, Any]:
    return TransferRequest(
        transfer=str(uuid4()),
        recipient="child-welfare",
        data_set=RATE,
        subject=SubjectClaim(PERSON, _NUMBER, "salt"),
        basis=basis,
        requests=(Question("tax_rate", "at_least", 20, Month(2022, 9)),),
        answer_key=_ANSWER_KEY,
    ).sealed_json(to)


def shown_with(url: str, basis: Basis) -> Callable[[], dict[str, str]]:
    """The two headers of a DPoP-bound token, a fresh proof each time."""
    agreement = Agreement.from_json(basis.document).id
    claims = {
        "iss": ISSUER,
        "aud": "agency:tax",
        "exp": int(time.time()) + 3600,
        "cnf": {"jkt": CLIENT.thumbprint()},
        "authorization_details": [{"type": "minben_agreement", "agreement": agreement}],
    }
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, SERVER)
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": CLIENT.as_dict(private=False)}

    def shown() -> dict[str, str]:
        told = {
            "htm": "POST",
            "htu": f"{url}/{RATE}",
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(12),
            "ath": dpop.token_hash(token),
        }
        proof = jose.serialize_compact(dict(header), json.dumps(told).encode(), CLIENT)
        return {"authorization": f"DPoP {token}", "dpop": proof}

    return shown


def run_wrk(url: str, requests: Path, *, connections: int, seconds: int) -> dict[str, float | int]:
    """Send for some seconds; requests, microseconds, percentiles and what was not a 200."""
    script = requests.with_suffix(".lua")
    script.write_text(_LUA)
    command = [WRK, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s",
               str(script), url, "--", str(requests)]  # fmt: skip
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    found: dict[str, float | int] = json.loads(told.strip().splitlines()[-1])
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time so far of a process and all its living descendants."""
    ticks, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")
