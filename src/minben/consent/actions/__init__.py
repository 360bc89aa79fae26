"""Verbs of consent. Each runs in one transaction and ends on the trail of all it is about."""

from minben.consent.actions.agreements import propose, revoke, sign, spend
from minben.consent.actions.mandates import approve_mandate, draft_mandate, withdraw_mandate
from minben.consent.actions.register_events import record_register_event
from minben.consent.actions.witnessing import (
    begin_witnessing,
    complete_witnessing,
    show_to_witness,
)

__all__ = [
    "approve_mandate",
    "begin_witnessing",
    "complete_witnessing",
    "draft_mandate",
    "propose",
    "record_register_event",
    "revoke",
    "show_to_witness",
    "sign",
    "spend",
    "withdraw_mandate",
]
