"""The reference says every endpoint, reason and error that there is."""

import re
import tomllib
from pathlib import Path

from minben.authorization import metadata, refusals
from minben.base.refusal import Refused

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "oauth.md").read_text("utf-8")


def test_every_endpoint_is_in_the_reference():
    assert [path for path in metadata.PATHS.values() if path not in PAGE] == []


def test_every_reason_and_its_error_is_in_the_reference_and_has_words():
    words = tomllib.loads(
        (ROOT / "src" / "minben" / "ui" / "words" / "authorization.toml").read_text("utf-8")
    )
    for key in refusals.known():
        assert f"`{key.partition('.')[2]}`" in PAGE, key
        assert f"`{refusals.error_of(Refused(key))[0]}`" in PAGE, key
        assert words[key]["en"].isascii(), key


def test_what_other_rooms_refuse_denies_access():
    assert refusals.error_of(Refused("consent.too_late")) == ("access_denied", 400)
    assert refusals.error_of(Refused("registry.no_common_method"))[0] == (
        "invalid_authorization_details"
    )


def test_every_threat_names_tests_that_exist():
    page = (ROOT / "docs" / "explanation" / "threat-model.md").read_text("utf-8")
    written = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 40
    assert sorted(name for name in named if f"def {name}(" not in written) == []
