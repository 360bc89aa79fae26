"""Verbs of the life events: accept, apply, object, appeal, name an account, save and return."""

from minben.life_events.actions.applying import apply, find_children
from minben.life_events.actions.drafts import drop_draft, save_draft
from minben.life_events.actions.naming import name_account
from minben.life_events.actions.offers import accept_offer, decline_offer
from minben.life_events.actions.saying import appeal, object_to, withdraw
from minben.life_events.actions.screening import screen_this_month, start_screening

__all__ = [
    "accept_offer",
    "appeal",
    "apply",
    "decline_offer",
    "drop_draft",
    "find_children",
    "name_account",
    "object_to",
    "save_draft",
    "screen_this_month",
    "start_screening",
    "withdraw",
]
