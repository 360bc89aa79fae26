"""Under which name the exchange keeps the answers about one subject for one service.

Questions begin before there is a case (an offer) and outlive it (a review), so they are filed
by service and subject, not by case.
"""

from __future__ import annotations

from uuid import UUID


def dossier(pack: str, subject: UUID) -> str:
    """`childcare:<uuid>`: the `case_ref` of every request for this subject and service."""
    return f"{pack}:{subject}"
