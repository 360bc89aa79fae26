"""One gap in a pack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """缺漏 What is wrong or missing in a pack, where, and how to mend it.

    `kind`: structure, to do, words, source, disputed, law, asks, example, cell, path.
    """

    kind: str
    place: str
    mistake: str
    mend: str

    def to_json(self) -> dict[str, str]:
        """As `minben pack check --json` prints it."""
        return {
            "kind": self.kind,
            "place": self.place,
            "mistake": self.mistake,
            "mend": self.mend,
        }
