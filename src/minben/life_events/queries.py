"""What may be asked of the life events. Everybody sees only what concerns them."""

from __future__ import annotations

from uuid import UUID

from minben.identity.types import Actor
from minben.life_events.types import (
    DraftView,
    HomeView,
    LifeEventView,
    MyCaseView,
    OfferView,
    ReceiptView,
    ScreeningSummary,
)


def catalogue() -> tuple[LifeEventView, ...]:
    """The six life stages, each with its services or an honest "not yet"."""
    raise NotImplementedError


def home(actor: Actor) -> HomeView:
    """Everything that waits for a person."""
    raise NotImplementedError


def for_you(actor: Actor) -> tuple[OfferView, ...]:
    """Offers that concern the actor, newest first."""
    raise NotImplementedError


def offer(actor: Actor, uuid: UUID) -> OfferView:
    """One offer; `life_events.not_yours` for anybody whom it does not concern."""
    raise NotImplementedError


def my_cases(actor: Actor) -> tuple[MyCaseView, ...]:
    """The actor's cases, newest first."""
    raise NotImplementedError


def case(actor: Actor, reference: str) -> MyCaseView:
    """One case; `life_events.not_yours` for anybody whom it does not concern."""
    raise NotImplementedError


def draft(actor: Actor, key: str) -> DraftView | None:
    """What the actor saved under a key, as long as it is kept."""
    raise NotImplementedError


def receipt(actor: Actor, reference: str) -> ReceiptView:
    """What the counter prints, or the page shows, after filing."""
    raise NotImplementedError


def screenings() -> tuple[ScreeningSummary, ...]:
    """What the screening runs led to, newest first; counts only."""
    raise NotImplementedError
