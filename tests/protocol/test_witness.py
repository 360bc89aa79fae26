"""Two officials saw it, or it was not signed: what a provider checks of a witnessed signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol import jws
from minben.protocol.agreement import Agreement, FactRequest, Party, Rule, Signature
from minben.protocol.evidence import EvidenceError, Proven, verify
from minben.protocol.keys import SigningKey
from minben.protocol.witness import WITNESS, state_office

IDP, OFFICE, OTHER = SigningKey.generate(), SigningKey.generate(), SigningKey.generate()
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PERSON, CLERK, SECOND, AGENT = "person:p", "person:c", "person:s", "person:a"
TERMS = Agreement(
    parties=(Party("father", PERSON, AssuranceLevel.MEDIUM), Party("agent", AGENT)),
    facts=(FactRequest(PERSON, "tax_rate", "at_least", 20, "tax/income/rate/v1"),),
    rule=Rule.all("father"),
    purpose=Text("目的", "purpose"),
    recipient="child-welfare",
    legal_basis="law",
    valid_from=NOW,
    valid_until=NOW + timedelta(days=30),
    nonce="n",
)
Change = Callable[[dict[str, Any]], None]


def signature(
    evidence: dict[str, Any], level: AssuranceLevel = AssuranceLevel.MEDIUM
) -> Signature:
    return Signature(
        agreement=TERMS.id,
        verb="accept",
        by=PERSON,
        at=NOW,
        assurance=level,
        text_digest="sha-256:t",
        evidence=evidence,
    )


def hand(official: str, *, agency: str = "child-welfare", **more: Any) -> dict[str, str]:
    """One official's half: their card's statement and their office's."""
    seconds = int(NOW.timestamp())
    claims = {
        "sub": official,
        "by": PERSON,
        "digest": signature({}).digest,
        "number_digest": "digest of the number on the paper",
        "acr": AssuranceLevel.HIGH.acr,
        "document": "national_id_card",
    }
    key = more.pop("key", IDP)
    office_key = more.pop("office_key", OFFICE)
    until = more.pop("until", seconds + 60)
    named = more.pop("office_of", official)
    return {
        "statement": jws.sign({**claims, **more}, key=key, typ=WITNESS),
        "office": state_office(
            official=named,
            role="clerk",
            agency=agency,
            at=seconds - 60,
            until=until,
            key=office_key,
        ),
    }


def proven(*hands: dict[str, str], level: AssuranceLevel = AssuranceLevel.MEDIUM) -> Proven:
    evidence = {"kind": "witnessed", "document": "national_id_card", "witnesses": list(hands)}
    return verify(
        signature(evidence, level),
        TERMS,
        key_of={IDP.key_id: IDP.public}.get,
        rp_ids=(),
        origins=(),
        office_of={OFFICE.key_id: OFFICE.public}.get,
    )


def test_two_officials_of_one_office_prove_the_number_on_the_paper_at_medium() -> None:
    found = proven(hand(CLERK), hand(SECOND))
    assert found == Proven(
        "witnessed", AssuranceLevel.MEDIUM, "digest of the number on the paper", "witnessed"
    )


@pytest.mark.parametrize(
    ("hands", "words"),
    [
        ([hand(CLERK)], "two witnesses"),
        ([hand(CLERK), hand(CLERK)], "one official is not two"),
        ([hand(CLERK), hand(PERSON)], "their own"),
        ([hand(CLERK), hand(AGENT)], "have a part in"),
        ([hand(AGENT), hand(SECOND)], "have a part in"),
        ([hand(CLERK), hand(SECOND, agency="elsewhere")], "not of one office"),
        ([hand(CLERK), hand(SECOND, number_digest="another")], "different numbers"),
        ([hand(CLERK), hand(SECOND, digest="sha-256:other")], "something else"),
        ([hand(CLERK), hand(SECOND, by="person:q")], "something else"),
        ([hand(CLERK), hand(SECOND, key=OTHER)], "nobody who is trusted"),
        ([hand(CLERK), hand(SECOND, office_key=OTHER)], "nobody who is trusted"),
        ([hand(CLERK), hand(SECOND, until=int(NOW.timestamp()) - 1)], "held no office"),
        ([hand(CLERK), hand(SECOND, office_of=CLERK)], "somebody else"),
        ([hand(CLERK), {"statement": "x"}], "a witness"),
    ],
)
def test_anything_less_proves_nothing(hands: list[dict[str, str]], words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        proven(*hands)


def test_it_never_proves_more_than_medium_and_nothing_where_no_office_is_trusted() -> None:
    high = signature({}, AssuranceLevel.HIGH).digest
    with pytest.raises(EvidenceError, match="more assurance"):
        proven(hand(CLERK, digest=high), hand(SECOND, digest=high), level=AssuranceLevel.HIGH)
    evidence = {"kind": "witnessed", "witnesses": [hand(CLERK), hand(SECOND)]}
    with pytest.raises(EvidenceError, match="nobody who is trusted"):
        verify(
            signature(evidence), TERMS, key_of={IDP.key_id: IDP.public}.get, rp_ids=(), origins=()
        )
