"""This room's own daily job."""

from minben.jobs import actions
from minben.jobs.registry import handler
from minben.jobs.types import Payload


@handler("jobs.tidy", daily=True)
def tidy(payload: Payload) -> None:
    """Delete jobs that were done long ago."""
    actions.tidy()
