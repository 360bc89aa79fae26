"""How a provider says no: named field, mistake and mend in both languages, never a bare 500."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from minben.base.text import Text

_WORDS = tomllib.loads(files("minben.kit").joinpath("problems.toml").read_text("utf-8"))


class Problem(Exception):
    """拒絕回答 A request that is not answered.

    `key` names a section of problems.toml, `field` the place in the request ("requests[0].fact"),
    `retry_after` seconds after which the same request may succeed.
    """

    def __init__(
        self, key: str, field: str = "", retry_after: int | None = None, **details: object
    ) -> None:
        super().__init__(f"{key} {field}".strip())
        words = _WORDS[key]
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
