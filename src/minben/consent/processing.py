"""What is agreed or mandated appears by itself in the public register of processing."""

from __future__ import annotations

from minben.base.text import Text
from minben.consent.types import MandateView
from minben.protocol.canonical import digest
from minben.protocol.terms import Agreement
from minben.registry import actions as registry
from minben.registry import queries

# A mandate itself sets no period of keeping; the register says how long the run's results stay.
_RESULTS_KEPT_DAYS = 365


def note_mandate(view: MandateView) -> None:
    """Write the line of an approved mandate."""
    recipient = str(view.document["recipient"])
    _note(
        recipient=recipient,
        purpose=view.purpose,
        legal_basis=str(view.document["article"]),
        data_sets=view.data_sets,
        facts=tuple(fact["fact"] for fact in view.document["facts"]),
        days=_RESULTS_KEPT_DAYS,
    )


def note_agreement(agreement: Agreement) -> None:
    """Write the line of the purpose of an agreement, unless it is there already."""
    asked = [fact for fact in agreement.facts if fact.mandate is None]
    _note(
        recipient=agreement.recipient.removeprefix("agency:"),
        purpose=agreement.purpose,
        legal_basis=agreement.legal_basis,
        data_sets=tuple(dict.fromkeys(fact.data_set for fact in asked)),
        facts=tuple(dict.fromkeys(fact.fact for fact in asked)),
        days=agreement.retention_days,
    )


def _note(
    *,
    recipient: str,
    purpose: Text,
    legal_basis: str,
    data_sets: tuple[str, ...],
    facts: tuple[str, ...],
    days: int,
) -> None:
    told = {"purpose": purpose.to_json(), "basis": legal_basis, "facts": sorted(facts)}
    key = f"{recipient}:{digest(told).removeprefix('sha-256:')[:24]}"
    if any(line.key == key for line in queries.register_of_processing()):
        return
    registry.record_processing(
        key=key,
        agency=recipient,
        purpose=purpose,
        legal_basis=legal_basis,
        data_sets=data_sets,
        facts=facts,
        recipients=(recipient,),
        retention_days=days,
    )
