"""Whether the basis that a request brings carries it: read and proven once, asked every time."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from minben.gateway.problems import Problem
from minben.protocol import evidence, mandate
from minben.protocol.agreement import Agreement, Signature, state
from minben.protocol.keys import PublicKey
from minben.protocol.mandate import Mandate
from minben.protocol.trust_list import TrustList

Asked = tuple[str, str, int | str | bool | None]  # fact, comparison, value
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class ProvenBasis:
    """已驗依據 A basis whose signatures were checked; what stands in it cannot change."""

    id: str
    recipient: str
    mandate: Mandate | None
    agreement: Agreement | None
    signatures: tuple[Signature, ...]
    agreed: frozenset[tuple[str, str, str, int | str | bool | None, str]]
    _states: dict[int, str] = field(default_factory=dict)

    def state(self, now: datetime) -> str:
        """Where the agreement stands: found once for each span between two of its instants."""
        assert self.agreement is not None
        agreement = self.agreement
        turns = [agreement.valid_from, agreement.valid_until, *(s.at for s in self.signatures)]
        if agreement.sign_by is not None:
            turns.append(agreement.sign_by)
        span = sum(turn <= now for turn in turns)
        found = self._states.get(span)
        if found is None:
            found = self._states[span] = state(agreement, self.signatures, now).status
        return found

    def check(
        self, *, recipient: str, data_set: str, subject: str, asked: list[Asked], now: datetime
    ) -> None:
        """Whether it covers these questions now; raises Problem. Revocation is asked elsewhere."""
        if self.recipient != recipient:
            raise Problem("not_covered", "basis.recipient")
        if self.mandate is not None:
            if not self.mandate.valid_from <= now < self.mandate.valid_until:
                raise Problem("not_active", "basis", state="expired")
            if not self.mandate.covers(data_set, [fact for fact, _, _ in asked]):
                raise Problem("not_covered", "requests")
            return
        found = self.state(now)
        if found == "revoked":
            raise Problem("revoked", "basis")
        if found != "active":
            raise Problem("not_active", "basis", state=found)
        for i, (fact, op, value) in enumerate(asked):
            if (subject, fact, op, value, data_set) not in self.agreed:
                raise Problem("not_covered", f"requests[{i}]")


class Bases:
    """依據簿 Bases proven before, by the digest of all that was sent.

    Proving a first one costs several signatures; a standing agreement or mandate is then found
    again. A new trust list empties the book: an identity provider's key may have been lost.
    """

    def __init__(self, rp_ids: Collection[str], origins: Collection[str]) -> None:
        self._rp_ids, self._origins = rp_ids, origins
        self._known: OrderedDict[bytes, ProvenBasis] = OrderedDict()
        self._trust: TrustList | None = None

    def prove(self, written: Any, trust: TrustList, now: datetime) -> ProvenBasis:
        """The basis in a request, its evidence checked; raises Problem."""
        if not isinstance(written, dict):
            raise Problem("malformed", "basis", what="basis must be an object")
        if trust is not self._trust:
            self._known.clear()
            self._trust = trust
        try:
            name = hashlib.sha256(orjson.dumps(written)).digest()
        except TypeError as error:  # deeper than any basis
            raise Problem("basis_invalid", "basis", what="unreadable") from error
        found = self._known.get(name)
        if found is not None:
            self._known.move_to_end(name)
            return found
        try:
            found = self._proven(written, trust, now)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            what = str(error)[:200] if isinstance(error, ValueError) else "unreadable"
            raise Problem("basis_invalid", "basis", what=what) from error
        self._known[name] = found
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def _proven(self, written: Mapping[str, Any], trust: TrustList, now: datetime) -> ProvenBasis:
        signatures = written["signatures"]
        if not isinstance(signatures, list) or not 0 < len(signatures) <= 100:
            raise ValueError("signatures must be a list of 1 to 100")
        if written["kind"] == "mandate":
            return _mandate(written["mandate"], signatures[0], trust, now)
        if written["kind"] != "agreement":
            raise ValueError("kind is agreement or mandate")
        agreement = Agreement.from_json(written["agreement"])
        read = tuple(Signature.from_json(one) for one in signatures)
        for signature in read:
            self._check(signature, agreement, trust)
        agreed = frozenset(
            (fact.subject, fact.fact, fact.op, fact.value, fact.data_set)
            for fact in agreement.facts
            if fact.mandate is None
        )
        return ProvenBasis(agreement.id, agreement.recipient, None, agreement, read, agreed)

    def _check(self, signature: Signature, agreement: Agreement, trust: TrustList) -> None:
        """By a key that its identity provider held when the person signed, and has not lost.

        When it was signed is only what the signer says: a thief would say "before the theft".
        """

        def key_of(key_id: str) -> PublicKey | None:
            return None if trust.is_lost(key_id) else held.get(key_id)

        held = trust.keys_of("idp", at=signature.at)
        offices = trust.approvers(at=signature.at).values()
        evidence.verify(
            signature,
            agreement,
            key_of=key_of,
            rp_ids=self._rp_ids,
            origins=self._origins,
            office_of={k.key_id: k for k in offices if not trust.is_lost(k.key_id)}.get,
        )


def _mandate(document: Any, signature: Any, trust: TrustList, now: datetime) -> ProvenBasis:
    found = Mandate.from_json(document)
    if not mandate.is_signed(found, signature, trust.approvers(at=now)):
        raise ValueError("the mandate is not signed by an approver whom the trust list names")
    return ProvenBasis(found.id, found.recipient, found, None, (), frozenset())
