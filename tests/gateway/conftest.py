import pytest

from agencies.world import MOTHER, RECIPIENT
from gateway.streets import Streets


@pytest.fixture(scope="module")
def streets(tmp_path_factory):
    """One world for a file of tests, the tax office and the gateway serving."""
    made = Streets(tmp_path_factory.mktemp("streets"))
    made.let_the_gateway_vouch("tax", RECIPIENT)
    with made.open("tax"):
        yield made
    made.close()


@pytest.fixture
def asked(streets):
    """A transfer that the mother agreed to."""
    agreement = streets.world.agreement()
    return streets.request(streets.world.signature(agreement, MOTHER), agreement=agreement)
