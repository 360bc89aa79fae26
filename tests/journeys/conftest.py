import json
import os

import pytest

from journeys.driving import Town, chromium
from minben.demo.stage import set_up


def everybody(told):
    people = {m["key"]: m for family in told["families"] for m in family["members"]}
    return people | {official["key"]: official for official in told["officials"]}


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """A small town of its own, every part of it running, and a browser."""
    folder = tmp_path_factory.mktemp("town")
    os.environ["MINBEN_SIGN_IN_TRIES"] = "500"  # everybody in these journeys has one address
    with set_up(folder, today="2022-09-15", people=200) as stage, chromium() as browser:
        told = json.loads((folder / "persons.json").read_text("utf-8"))
        yield Town(stage.origin, browser, everybody(told), stage)
