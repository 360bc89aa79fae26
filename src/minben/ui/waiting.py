"""For whom or what a case waits, in words: the signature of a person, the answer of an agency."""

from __future__ import annotations

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.cases.dossier import dossier as file_of
from minben.cases.types import CaseView
from minben.consent import queries as consent
from minben.exchange import queries as exchange
from minben.exchange.types import TransferState

_SIGNATURE = Text("{name}簽署同意書", "{name} to sign the agreement")
_ANSWER = Text("{agency}回覆", "an answer from the {agency}")
_AGAIN = Text(
    "{agency}回覆（已問過 {n} 次，會自動再問，您不必做任何事）",
    "an answer from the {agency} (asked {n} times; we keep asking, you need do nothing)",
)


def waits_for(case: CaseView) -> tuple[Text, ...]:
    """What is still missing, people first; nothing when the case does not wait."""
    if case.state != "waiting":
        return ()
    people = [_SIGNATURE.filled(name=name) for id_ in case.agreements for name in _signers(id_)]
    late = [
        (_AGAIN if one.attempts > 1 else _ANSWER).filled(agency=one.provider_name, n=one.attempts)
        for one in exchange.transfers_of(file_of(case.pack, case.subject))
        if one.state is TransferState.WAITING
    ]
    return tuple(dict.fromkeys([*people, *late]))


def _signers(agreement: str) -> tuple[str, ...]:
    try:
        return consent.agreement(agreement).waiting_for
    except Refused:
        return ()
