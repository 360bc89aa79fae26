"""What may be asked of screening."""

from collections.abc import Iterator
from uuid import UUID

from minben.screening.types import RunView, ScreenedProof, ScreenedRow


def view(run: UUID) -> RunView:
    """One run; Refused `screening.no_such_run`."""
    raise NotImplementedError


def runs() -> list[RunView]:
    """All runs, newest first."""
    raise NotImplementedError


def results(run: UUID, status: str | None = None) -> Iterator[ScreenedRow]:
    """The rows of a finished run in order of pseudonym, of one status or all."""
    raise NotImplementedError


def proof(run: UUID, pseudonym: str) -> ScreenedProof:
    """The proof that this pseudonym was screened; Refused `screening.not_screened`."""
    raise NotImplementedError
