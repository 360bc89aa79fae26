"""Verbs of consent. Each runs in one transaction and ends on the trail of all it is about."""

from minben.consent.actions.agreements import propose, revoke, sign, spend
from minben.consent.actions.mandates import approve_mandate, draft_mandate, withdraw_mandate

__all__ = [
    "approve_mandate",
    "draft_mandate",
    "propose",
    "revoke",
    "sign",
    "spend",
    "withdraw_mandate",
]
