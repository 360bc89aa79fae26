"""Whether the number in a request belongs to the person who signed under that reference."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from minben.kit.problems import Problem
from minben.kit.transfer import SubjectClaim
from minben.protocol.agreement import Party
from minben.protocol.evidence import Proven, number_digest


def check_binding(claim: SubjectClaim, accepted: Iterable[tuple[Party, Proven]]) -> None:
    """Raise Problem `wrong_subject` unless an accepting signature binds reference and number.

    A person who signed for themselves is bound by their identity provider's statement. One who
    is represented (a child) has signed nothing: there the recipient's own signed request vouches
    for the number, and the guardian's evidence for the consent. That is weaker, so it holds only
    for data sets whose descriptor lets representatives sign, and never beside an own signature.
    """
    listed = list(accepted)
    own = [proof for party, proof in listed if party.representative is None]
    if listed and not own:
        return
    for proof in own:
        if claim.salt is None:
            continue
        told = number_digest(claim.salt, claim.number)
        if hmac.compare_digest(told.encode(), proof.number_digest.encode()):
            return
    raise Problem("wrong_subject", "subject.number")
