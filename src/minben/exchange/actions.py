"""Verbs of the exchange."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from minben.base.month import Month
from minben.exchange.types import PushView
from minben.facts.predicate import Predicate


def request_facts(
    *,
    subject: UUID,
    predicates: Sequence[Predicate],
    month: Month,
    case_ref: str,
    agreement_id: str | None = None,
    mandate: str | None = None,
) -> tuple[UUID, ...]:
    """Ask for facts of one person under an agreement or a mandate: one transfer per data set.

    Inside the caller's transaction; the worker calls the providers afterwards. Asking the same
    (case, subject, data set, predicates, month, basis) again returns the same transfers.
    Refused: `exchange.no_basis` (neither or both given, or it does not cover the predicates),
    `exchange.no_provider` (a data set that nobody offers).
    """
    raise NotImplementedError


def accept_push(
    *, agency: str, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> PushView:
    """Take a signed change from a provider, once per its `id`; listeners are told.

    Refused: `exchange.push_unsigned` (unknown agency, wrong signature or too old),
    `exchange.push_malformed` (names the field).
    """
    raise NotImplementedError


def view_value(*, answer_of: UUID, by: UUID, reason: str) -> Mapping[str, object]:
    """Show the answers of a transfer to someone other than their subject, on the record."""
    raise NotImplementedError
