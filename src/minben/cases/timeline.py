"""The one pen for timelines."""

from __future__ import annotations

from minben.cases.models import Case, CaseEvent
from minben.cases.types import Happening
from minben.cases.words import said
from minben.jobs import clock


def happened(case: Case, what: Happening, **details: object) -> None:
    """Write one line, in the caller's transaction; details that are texts fill each language."""
    CaseEvent.objects.create(
        case=case,
        what=what,
        text=said(f"happening.{what.value}", **details).to_json(),
        on=clock.today(),
    )
