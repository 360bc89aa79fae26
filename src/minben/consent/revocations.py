"""Telling gateways on this host of a revocation: before the transaction ends, never after."""

from __future__ import annotations

from django.conf import settings

from minben.gateway import revocations


def tell(basis: str) -> None:
    """Write a basis that was taken back where every gateway of this host looks per message.

    Inside the transaction that records it: if that then fails, a basis is refused that still
    stands, and the person says so again. The other way round somebody's "no" would be unheard.
    """
    revocations.append(settings.VAR / "revocations", basis)
