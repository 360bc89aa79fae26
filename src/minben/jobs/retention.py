"""How long this room keeps what."""

from datetime import date

from minben.base.retention import keeps, stays
from minben.base.text import Text
from minben.jobs import actions

stays("jobs.CivilDay")


@keeps("jobs.Job", Text("完成後九十天", "ninety days after it was done"))
def jobs(today: date) -> int:
    """Jobs done; dead ones stay until somebody acts."""
    return actions.tidy()
