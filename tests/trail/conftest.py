"""What the trail's tests start from: a person with entries."""

from uuid import UUID, uuid4

import pytest

from minben.trail.sequencer import sequence_once
from trail.story import use


@pytest.fixture
def person() -> UUID:
    return uuid4()


@pytest.fixture
def story(db: None, person: UUID) -> UUID:
    """A person with five entries in three batches, others between."""
    others = [uuid4() for _ in range(4)]
    use(person, "consent.accepted", n=1)
    use(others[0])
    use(person, n=2)
    sequence_once()
    use(others[1])
    use(None, "screening.screened", run="r")
    sequence_once()
    use(person, n=3)
    use(others[2])
    use(person, n=4)
    use(others[3])
    use(person, n=5)
    sequence_once()
    return person
