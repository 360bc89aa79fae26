"""Agreements of four parties for tests: who signs, and what registers say of them, by day."""

from datetime import UTC, datetime, timedelta

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol.agreement import (
    Agreement,
    FactRequest,
    Party,
    RegisterEvent,
    Rule,
    Signature,
    Verb,
)
from minben.protocol.register_event import EventKind

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=30)
ROLES = ("a", "b", "c", "d")


def agreement(rule: Rule, **changes: object) -> Agreement:
    terms: dict[str, object] = {
        "parties": tuple(Party(role, f"person:{role}", AssuranceLevel.MEDIUM) for role in ROLES),
        "facts": (FactRequest("household:1", "income_class", "is", "general", "x/y/z/v1"),),
        "rule": rule,
        "purpose": Text("審核", "to decide"),
        "recipient": "child-welfare",
        "legal_basis": "L:1 art. 2",
        "valid_from": START,
        "valid_until": END,
        "nonce": "n",
        **changes,
    }
    return Agreement(**terms)  # type: ignore[arg-type]


def sign(of: Agreement, role: str, verb: Verb, day: float = 1) -> Signature:
    return Signature(
        agreement=of.id,
        verb=verb,
        by=f"person:{role}",
        at=later(day),
        assurance=AssuranceLevel.HIGH,
        text_digest="sha-256:0",
    )


def event(kind: EventKind, role: str, day: float) -> RegisterEvent:
    return RegisterEvent(
        kind=kind, subject=f"person:{role}", at=later(day), source="register", evidence="sha-256:1"
    )


def later(days: float) -> datetime:
    return START + timedelta(days=days)
