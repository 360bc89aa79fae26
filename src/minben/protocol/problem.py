"""How a process says no: field, mistake and mend in both languages, never a bare 500."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from minben.base.text import Text


class Problem(Exception):
    """拒絕回答 A request that is not answered; each process has its own words.

    `key` names a section of `words` (its `status`, `mistake`, `mend`), `field` the place in the
    request ("requests[0].fact"), `retry_after` seconds after which the same request may succeed.
    """

    words: ClassVar[Mapping[str, Any]] = {}

    def __init__(
        self, key: str, field: str = "", retry_after: int | None = None, **details: object
    ) -> None:
        super().__init__(f"{key} {field}".strip())
        words = self.words[key]
        self.key = key
        self.field = field
        self.status: int = words["status"]
        self.retry_after = retry_after
        self.mistake = Text(**words["mistake"]).filled(**details)
        self.mend = Text(**words["mend"]).filled(**details)

    def to_json(self) -> dict[str, object]:
        """The body of the answer."""
        return {
            "error": {
                "key": self.key,
                "field": self.field,
                "mistake": self.mistake.to_json(),
                "mend": self.mend.to_json(),
            }
        }
