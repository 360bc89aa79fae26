"""Which of the two languages a page speaks."""

from typing import Literal

from django.utils.translation import get_language

from minben.base.text import Language, Text

# What stands in a page's `lang` attribute (BCP 47).
TAGS: dict[Language, str] = {"zh": "zh-Hant-TW", "en": "en"}
# What Django's locale middleware calls them.
CODES: dict[Language, Literal["zh-hant", "en"]] = {"zh": "zh-hant", "en": "en"}


def current() -> Language:
    """The language of this request: 正體中文 unless the person chose English."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def other(language: Language) -> Language:
    """The language that the switch offers."""
    return "zh" if language == "en" else "en"


def told(text: Text) -> str:
    """A text in the language of this request."""
    return text.read(current())
