"""How sure we are that a person is who they say."""

from enum import IntEnum


class AssuranceLevel(IntEnum):
    """身分確信等級 Assurance of a sign-in, ordered: a data set names the least it accepts.

    No official ranking of Taiwan's credentials was found; which credential proves which level
    is a design assumption recorded in `identity` (facts on identity, section 4).
    """

    LOW = 1  # knowledge only: two documents, phone number with NHI card number
    MEDIUM = 2  # something held: registered NHI card with reader, bank credential
    HIGH = 3  # a private key behind a PIN or biometrics: citizen certificate, mobile FidO

    @property
    def acr(self) -> str:
        """The value in a token's `acr` claim (OpenID Connect Core 1.0, section 2)."""
        return f"urn:minben:assurance:{self.name.lower()}"

    @classmethod
    def from_acr(cls, acr: str) -> "AssuranceLevel":
        """Read an `acr` claim; ValueError when it is none of ours."""
        for level in cls:
            if level.acr == acr:
                return level
        raise ValueError(f"not an assurance level: {acr!r}")
