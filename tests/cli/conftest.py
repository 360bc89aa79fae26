"""A family in the file form, and a way to run a command as the shell does."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from minben.cli.law import decide, facts, pack

COMMANDS = {"decide": decide, "facts": facts, "pack": pack}


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture
def run():
    def run(name: str, *arguments: str, stdin: bytes | None = None) -> Ran:
        result = CliRunner().invoke(COMMANDS[name], arguments, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception  # a traceback in the shell
        return Ran(result.exit_code, result.output)

    return run


@pytest.fixture
def family() -> dict[str, Any]:
    """A newborn whose parents are taxed separately; the father's rate is not known."""
    return {
        "subject": "child",
        "persons": {
            "child": {
                "birth_date": "2022-07-03",
                "birth_sequence": 1,
                "is_national": True,
                "registered_on": "2022-07-10",
                "mother": "mother",
                "father": "father",
                "income_class": "general",
                "disadvantaged": False,
                "in_state_placement": False,
                "care": [],
            },
            "mother": {"tax_rate": {"at_least": {"20": False}}},
            "father": {},
        },
    }


@pytest.fixture
def known(family) -> dict[str, Any]:
    """The same family with the father's answer."""
    family["persons"]["father"]["tax_rate"] = {"at_least": {"20": False}}
    return family
