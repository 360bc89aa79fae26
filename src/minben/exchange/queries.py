"""What may be asked of the exchange."""

from uuid import UUID

from minben.exchange.types import AnswerView, TransferView


def transfer(uuid: UUID) -> TransferView:
    """One transfer; Refused `exchange.no_such_transfer`."""
    raise NotImplementedError


def transfers_of(case_ref: str) -> list[TransferView]:
    """All transfers of a case, oldest first."""
    raise NotImplementedError


def answers_for(case_ref: str) -> list[AnswerView]:
    """The signed answers that a case rests on, oldest first."""
    raise NotImplementedError


def evidence(uuid: UUID) -> dict[str, object]:
    """The provider's signed response as it came: body, headers, key id; for proofs."""
    raise NotImplementedError
