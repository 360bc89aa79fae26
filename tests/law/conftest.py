from pathlib import Path

import pytest

from law import sample_law
from minben.facts.catalogue import VOCABULARY
from minben.law.parameter_file import read_parameters
from minben.law.rulebook import RuleBook


@pytest.fixture(scope="session")
def book() -> RuleBook:
    folder = Path(__file__).parent / "parameters"
    return RuleBook.of(sample_law, vocabulary=VOCABULARY, parameters=read_parameters(folder))
