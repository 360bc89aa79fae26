"""The words of every refusal, in both languages: `words/<room>.toml`.

    ["consent.already_given"]
    zh = "您已經同意過 {dataset}。請到「我的同意」查看。"
    en = "You have already agreed to {dataset}. See “My agreements”."
    status = 409        # optional: 403 for "not yours", 404 for "not here", else 409

The sentence names the mistake and the mend.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from minben.base.refusal import Refused
from minben.base.text import Text

_UNKNOWN = Text(
    "這件事現在不能這樣做（{key}）。您輸入的內容沒有遺失，請回上一頁再試，或撥 1957 詢問。",
    "This cannot be done this way now ({key}). Nothing you typed is lost: go back and try again, "
    "or call 1957.",
)
_PLAIN = str.maketrans({"“": "'", "”": "'", "’": "'", "–": "-", "…": "..."})
_NOT_HERE = ("unknown", "not_found", "no_such")
_NOT_YOURS = (
    "not_yours",
    "not_allowed",
    "not_a_",
    "forbidden",
    "wrong_person",
    "own_case",
    "role",
)


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """拒絕的說明 What a refusal says, and the HTTP status and headers that go with it."""

    key: str
    text: Text
    status: int
    retry_after: int | None = None  # seconds, where waiting helps

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP itself has a word for."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    @property
    def ascii(self) -> str:
        """Its English in the few characters that OAuth's errors and headers may hold."""
        plain = self.text.en.translate(_PLAIN)
        return "".join(c for c in plain if " " <= c <= "~" and c not in '"\\')

    def to_json(self) -> dict[str, object]:
        """The error body of the API."""
        return {"error": self.key, "message": self.text.to_json()}


@cache
def _words() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for file in sorted(files("minben.ui").joinpath("words").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for key, entry in tomllib.loads(file.read_text("utf-8")).items():
            if key in found:
                raise ValueError(f"{file.name}: {key} has words already")
            found[key] = entry
    return found


class _Forgiving(dict[str, object]):
    """A place that no detail fills keeps its name: a refusal is never lost to a typing slip."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def words_of(refusal: Refused) -> RefusalWords:
    """What to tell a person about a refusal; one without words still says how to go on."""
    entry = _words().get(refusal.key)
    if entry is None:
        text = _UNKNOWN.filled(key=refusal.key)
        return RefusalWords(refusal.key, text, _status(refusal.key))
    status = entry.get("status")
    tongues = {
        tongue: str(entry[tongue]).format_map(
            _Forgiving(
                {
                    name: value.to_json()[tongue] if isinstance(value, Text) else value
                    for name, value in refusal.details.items()
                }
            )
        )
        for tongue in ("zh", "en")
    }
    text = Text(tongues["zh"], tongues["en"])
    wait = refusal.details.get("retry_after")
    return RefusalWords(
        refusal.key,
        text,
        status if isinstance(status, int) else _status(refusal.key),
        wait if isinstance(wait, int) else None,
    )


def known_keys() -> frozenset[str]:
    """Every refusal that has words."""
    return frozenset(_words())


def _status(key: str) -> int:
    reason = key.partition(".")[2]
    if any(mark in reason for mark in _NOT_HERE):
        return 404
    if any(mark in reason for mark in _NOT_YOURS):
        return 403
    return 409
