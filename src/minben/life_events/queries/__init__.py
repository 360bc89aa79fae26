"""What may be asked of the life events. Everybody sees only what concerns them."""

from minben.life_events.queries.catalogue import catalogue
from minben.life_events.queries.drafts import draft, drafts_of
from minben.life_events.queries.mine import case, home, my_cases, my_children, receipt
from minben.life_events.queries.offers import for_you, offer, offer_view
from minben.life_events.queries.screenings import counts, screenings, to_screen
from minben.life_events.queries.what_if import what_if

__all__ = [
    "case",
    "catalogue",
    "counts",
    "draft",
    "drafts_of",
    "for_you",
    "home",
    "my_cases",
    "my_children",
    "offer",
    "offer_view",
    "receipt",
    "screenings",
    "to_screen",
    "what_if",
]
