"""Read a pack's YAML: version 1.2, strict, every mistake named with its file and its mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from minben.base.text import Text


class PackError(ValueError):
    """服務包有誤 A pack cannot be read: the file, the place in it, the mistake and the mend."""

    def __init__(self, *, file: str, place: str, mistake: str, mend: str) -> None:
        super().__init__(
            f"{file}: {place}: {mistake}. {mend}" if place else f"{file}: {mistake}. {mend}"
        )
        self.file = file
        self.place = place
        self.mistake = mistake
        self.mend = mend


def read_yaml(folder: Traversable, name: str) -> Any:
    """The content of one YAML file; PackError when absent, not YAML 1.2, or with doubled keys."""
    file = folder / name
    if not file.is_file():
        raise PackError(file=name, place="", mistake="the file is missing", mend=f"Write {name}")
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    reader.allow_duplicate_keys = False
    try:
        return reader.load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        where = getattr(error, "problem_mark", None)
        place = f"line {where.line + 1}" if where else ""
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise PackError(file=name, place=place, mistake=problem, mend="Mend the YAML") from error


class Place:
    """One mapping inside a file, read key by key; what was not read at the end is a mistake."""

    def __init__(self, file: str, path: str, content: Any) -> None:
        if not isinstance(content, Mapping):
            raise PackError(
                file=file,
                place=path,
                mistake="this should be a mapping",
                mend="Write `key: value` lines",
            )
        self.file = file
        self.path = path
        self.content: Mapping[str, Any] = content
        self._read: set[str] = set()

    def wrong(self, key: str, mistake: str, mend: str) -> PackError:
        """A PackError at a key of this mapping."""
        return PackError(file=self.file, place=self._at(key), mistake=mistake, mend=mend)

    def within(self, key: str) -> Place:
        """The mapping below a key."""
        return Place(self.file, self._at(key), self._take(key))

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self.content

    def word(self, key: str) -> str:
        """A non-empty string."""
        value = self._take(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, f"a word is expected, not {value!r}", "Write a text")
        return value

    def number(self, key: str) -> int:
        """A whole number, zero or more."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(key, f"a whole number is expected, not {value!r}", "Write 0 or more")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings, possibly empty."""
        value = self._take(key)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.wrong(key, f"a list is expected, not {value!r}", "Write [a, b]")
        if not all(isinstance(item, str) and item for item in value):
            raise self.wrong(key, "every item should be a word", "Write [a, b]")
        return tuple(value)

    def items(self, key: str) -> tuple[Place, ...]:
        """A list of mappings."""
        value = self._take(key)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.wrong(key, f"a list is expected, not {value!r}", "Write `- key: value`")
        return tuple(Place(self.file, f"{self._at(key)}[{i}]", v) for i, v in enumerate(value))

    def text(self, key: str) -> Text:
        """`{zh: …, en: …}`."""
        return self.within(key).as_text()

    def as_text(self) -> Text:
        """This mapping itself as a text in both languages."""
        written = Text(self._language("zh", "正體中文"), self._language("en", "English"))
        self.done()
        return written

    def done(self) -> None:
        """PackError when a key was written that nobody reads."""
        for key in self.content:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                raise self.wrong(str(key), "this key is not known here", f"Known are: {known}")

    def _language(self, key: str, name: str) -> str:
        value = self.content.get(key)
        self._read.add(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"the text has no {name}", f"Write its {key}")
        return value.strip()

    def _take(self, key: str) -> Any:
        self._read.add(key)
        if key not in self.content:
            raise self.wrong(key, "missing", f"Write `{key}:`")
        return self.content[key]

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
