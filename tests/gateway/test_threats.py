"""Every threat of the exchange names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_threat_names_tests_that_exist():
    page = (ROOT / "docs" / "explanation" / "threat-model.md").read_text("utf-8")
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    named = set(re.findall(r"\b(test_[a-z0-9_]+)`", page))
    assert len(named) > 20
    assert named <= written, sorted(named - written)
