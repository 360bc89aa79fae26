"""One transfer through the gateway: check, pass on, log durably, and only then hand over."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from minben.gateway import envelope
from minben.gateway.basis import Bases
from minben.gateway.envelope import Envelope
from minben.gateway.folder import GatewayFolder, is_address
from minben.gateway.lane import Committer
from minben.gateway.pool import Answer, BadAnswer, Full, Pool, Unreachable
from minben.gateway.problems import Problem
from minben.gateway.revocations import Feed, FeedStale, FollowedFeed, LocalFeed
from minben.gateway.seen import Seen, SeenFull
from minben.gateway.tokens import TokenRefused, Tokens
from minben.gateway.trusting import Trusting
from minben.protocol.file_lane import BrokenLane
from minben.protocol.intake import entry_record
from minben.protocol.message import (
    LOGGED,
    MAX_AGE,
    MAX_SKEW,
    ROUTED,
    SENDER,
    VOUCHED,
    MessageError,
    Signer,
    Verifier,
    sign_request,
    verify_request,
)
from minben.protocol.session import SessionError, Tickets
from minben.protocol.trust_list import Offer, OfferedSet, TrustError, TrustList

WINDOW = int((MAX_AGE + MAX_SKEW).total_seconds())
RECEIPT = "minben-receipt"
ONWARD = "minben-onward"  # the signature to which the provider's answer is bound in a session
_ONWARD = ("content-type", "content-digest", "signature", "signature-input")
_BACK = (*_ONWARD, "retry-after")


@dataclass(frozen=True, slots=True)
class Sender:
    """來訊者 Whose message it is, and with what the gateway's answer to it is signed."""

    name: str
    answers_with: Signer
    in_session: bool
    key_id: str  # the key, or the session's ticket, that made the signature


@dataclass(slots=True)
class Reply:
    """回覆 What goes back, before the gateway's own signature."""

    status: int
    headers: dict[str, str]
    body: bytes
    signer: Signer | None = None
    refusal: str = ""
    route: str = ""


@dataclass
class Passing:
    """傳送 All that one worker holds to pass transfers on."""

    folder: GatewayFolder
    committer: Committer = field(init=False)
    pools: dict[str, Pool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = self.folder
        remote = is_address(folder.trust_list)
        self.trusting = Trusting(folder.trust_issuer, None if remote else Path(folder.trust_list))
        self.feed: Feed = (
            FollowedFeed()
            if is_address(folder.revocations)
            else LocalFeed(Path(folder.revocations))
        )
        self.tickets = Tickets(hashlib.sha256(b"tickets\n" + folder.key.sign(b"tickets")).digest())
        self.bases = Bases((folder.relying_party,), folder.origins)
        self.tokens = None if folder.tokens is None else Tokens(**folder.tokens)
        self.seen = Seen(folder.path / "seen", window=WINDOW)
        self.committer = Committer(folder.lanes, folder.key)

    def close(self) -> None:
        """Release the folder to another process."""
        for pool in self.pools.values():
            pool.close()
        self.committer.close()
        self.seen.close()

    def trust(self, now: datetime) -> TrustList:
        """The list that counts now; raises Problem when there is none."""
        try:
            return self.trusting.current(now)
        except TrustError as error:
            raise Problem("trust_stale", retry_after=5) from error

    def sender(
        self,
        *,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
    ) -> Sender:
        """Who signed a message that was not seen before; raises Problem."""
        trust = self.trust(now)
        found: list[Sender] = []

        def key_of(key_id: str) -> Verifier | None:
            known = trust.party_of(key_id, at=now)
            if known is not None:
                found.append(Sender(known[0], self.folder.key, False, key_id))
                return known[1]
            return self._session(key_id, trust, now, found)

        try:
            verified = verify_request(
                method=method,
                url=self.folder.base_url + path,
                headers=headers,
                body=body,
                key_of=key_of,
                now=now,
                covered=ROUTED,
            )
        except MessageError as error:
            raise Problem("unsigned", what=str(error)) from error
        if verified.nonce is None:
            raise Problem("unsigned", what="the signature carries no nonce")
        self._first_sight(verified.key_id, verified.nonce, now)
        return found[0]

    async def transfer(
        self, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Reply:
        """Pass one transfer on; raises Problem for all that forbids it."""
        sender = self.sender(method="POST", path=path, headers=headers, body=body, now=now)
        try:
            return await self._passed(path, headers, body, now, sender)
        except Problem as problem:
            return refused(problem, sender.answers_with)

    async def _passed(
        self, path: str, headers: Mapping[str, str], body: bytes, now: datetime, sender: Sender
    ) -> Reply:
        asked = envelope.read(body)
        if asked.recipient != sender.name:
            raise Problem("not_yours", "recipient")
        if f"/{asked.data_set}" != path:
            raise Problem("wrong_route", "data_set")
        trust = self.trust(now)
        offer, data_set = _offered(trust, asked, now)
        basis = self.bases.prove(asked.basis, trust, now)
        basis.check(
            recipient=asked.recipient,
            data_set=asked.data_set,
            subject=asked.subject,
            asked=asked.asked,
            now=now,
        )
        self._check_revoked(basis.id)
        if self.tokens is not None and basis.mandate is None:
            self._check_token(headers, path, offer.party, basis.id, asked, now)
        onward = self._onward(sender, path, headers, body, now)
        answer = await self._ask(offer, path, onward, body)
        back = {name: answer.headers[name] for name in _BACK if name in answer.headers}
        back.update(_ending(data_set))
        if sender.in_session:
            back[ONWARD] = onward["signature"]
        reply = Reply(answer.status, back, answer.body, sender.answers_with, "", asked.data_set)
        if answer.status == 200:
            self._check_revoked(basis.id)  # it may have been while the provider was reading
            await self._log(asked, basis.id, offer.party, reply, sender, headers)
        return reply

    async def _log(
        self,
        asked: Envelope,
        basis: str,
        provider: str,
        reply: Reply,
        sender: Sender,
        headers: Mapping[str, str],
    ) -> None:
        """The entry "released": on the disk before a byte of the answer goes on."""
        digest = reply.headers.get("content-digest", "")
        entry = entry_record(
            verb="exchange.released",
            subject=asked.person,
            actor=f"agency:{provider}",
            basis=basis,
            details={
                "transfer": asked.transfer,
                "recipient": asked.recipient,
                "provider": provider,
                "data_set": asked.data_set,
                "asked": asked.asked_text,
                "answer": digest,
            },
            at=datetime.now(UTC),
        )
        commitment = entry.commitment.hex()
        question = headers.get("signature-input", "") if sender.in_session else ""
        proves = evidence_line(commitment, digest, question) if sender.in_session else b""
        try:
            placed = await self.committer.append(entry.record, evidence=proves)
        except (OSError, BrokenLane) as error:
            raise Problem("log_down", retry_after=30) from error
        reply.headers[LOGGED] = f"{placed.lane};{placed.n};{entry.uuid};{commitment}"
        if placed.receipt is not None:
            reply.headers[RECEIPT] = placed.receipt.text

    async def _ask(
        self, offer: Offer, path: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        pool = self.pools.get(offer.base_url)
        if pool is None:
            pool = self.pools[offer.base_url] = Pool(offer.base_url)
        try:
            answer = await pool.send("POST", path, headers, body)
        except Full as full:
            raise Problem("busy", retry_after=1) from full
        except Unreachable as error:
            raise Problem("unreachable", retry_after=5) from error
        except BadAnswer as error:
            raise Problem("bad_answer") from error
        # Only 200 goes on the log, so nothing else may look like an answer.
        known = answer.status in (200, 202) or 400 <= answer.status < 600
        if not known or "signature" not in answer.headers:
            raise Problem("bad_answer")
        return answer

    def _onward(
        self, sender: Sender, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Mapping[str, str]:
        """The sender's own signature as it came; in a session the gateway's, and for whom."""
        if not sender.in_session:
            return {name: headers[name] for name in _ONWARD if name in headers}
        return sign_request(
            method="POST",
            url=self.folder.base_url + path,
            headers={SENDER: sender.name},
            body=body,
            key=self.folder.key,
            created=now,
            nonce=secrets.token_urlsafe(16),
            covered=VOUCHED,
        )

    def _session(
        self, ticket: str, trust: TrustList, now: datetime, found: list[Sender]
    ) -> Verifier | None:
        try:
            session = self.tickets.read(ticket)
        except SessionError:
            return None
        if now >= session.until or trust.party_of(session.client_key, at=now) is None:
            raise Problem("session_ended")
        found.append(Sender(session.client, session.answering, True, ticket))
        return session.asking

    def _first_sight(self, key_id: str, nonce: str, now: datetime) -> None:
        try:
            if not self.seen.first_sight(key_id, nonce, now.timestamp()):
                raise Problem("replayed")
        except SeenFull as full:
            raise Problem("busy", retry_after=60) from full

    def _check_revoked(self, basis: str) -> None:
        try:
            if self.feed.revoked(basis):
                raise Problem("revoked", "basis")
        except FeedStale as stale:
            raise Problem("feed_stale", retry_after=1) from stale

    def _check_token(
        self,
        headers: Mapping[str, str],
        path: str,
        provider: str,
        basis: str,
        asked: Envelope,
        now: datetime,
    ) -> None:
        assert self.tokens is not None
        try:
            proof = self.tokens.check(
                headers,
                url=self.folder.base_url + path,
                provider=provider,
                basis=basis,
                asked={(*one, asked.data_set) for one in asked.asked},
                now=int(now.timestamp()),
            )
        except TokenRefused as error:
            raise Problem("token", what=str(error)) from error
        self._first_sight(f"dpop {proof.thumbprint}", proof.jti, now)


def evidence_line(commitment: str, answer_digest: str, question: str) -> bytes:
    """What a batch receipt proves in a session: which entry, which answer, to which question."""
    return f"{commitment}\n{answer_digest}\n{question}".encode()


def refused(problem: Problem, signer: Signer | None = None) -> Reply:
    """A problem as a reply."""
    headers = {"content-type": "application/json"}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    return Reply(
        problem.status,
        headers,
        json.dumps(problem.to_json(), ensure_ascii=False).encode(),
        signer,
        problem.key,
    )


def _offered(trust: TrustList, asked: Envelope, now: datetime) -> tuple[Offer, OfferedSet]:
    found = trust.data_set(asked.data_set)
    if found is None:
        raise Problem("no_data_set", "data_set")
    if asked.recipient not in found[1].allow:
        raise Problem("not_allowed", "recipient")
    if found[1].sunset_at is not None and now >= found[1].sunset_at:
        raise Problem("gone", "data_set")
    return found


def _ending(data_set: OfferedSet) -> dict[str, str]:
    """That this version is deprecated (RFC 9745), and when it ends (RFC 8594)."""
    headers = {}
    if data_set.deprecated_at is not None:
        headers["deprecation"] = f"@{int(data_set.deprecated_at.timestamp())}"
    if data_set.sunset_at is not None:
        headers["sunset"] = format_datetime(data_set.sunset_at.astimezone(UTC), usegmt=True)
    return headers
