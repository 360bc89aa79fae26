"""A death that the register tells ends what rests on the consent of the dead."""

from uuid import uuid4

import pytest

from life_events.test_offers import accepted, mine
from life_events.town import Town
from minben.consent import queries as consents
from minben.facts.catalogue import CHILDCARE, HOUSEHOLD
from minben.jobs import actions as jobs
from minben.jobs.clock import today
from minben.life_events import queries


def told(town: Town, who: str, data_set: str, agency: str) -> None:
    """An agency told of a death, and the worker works."""
    payload = {
        "agency": agency,
        "push": str(uuid4()),
        "kind": "died",
        "data_set": data_set,
        "persons": [str(town.named[who])],
        "on": today().isoformat(),
    }
    jobs.enqueue(kind="exchange.pushed", payload=payload)
    town.work()


@pytest.mark.slow
def test_the_death_of_a_parent_ends_the_case_that_rests_on_their_consent(town: Town) -> None:
    before = accepted(town, "mother", "father")
    agreement = before.case.agreements[0]
    told(town, "father", CHILDCARE, "childcare")
    assert consents.state(agreement).status in ("active", "used")
    told(town, "father", HOUSEHOLD, "household-registration")
    assert consents.state(agreement).status == "void"
    after = mine(town)
    assert after.case.state == "stopped"
    assert "payment.stopped" in {n.key for n in queries.home(town.actor("mother")).notices}
