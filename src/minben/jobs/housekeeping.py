"""Once a day, everything that was kept long enough ends: one job over every room's rules."""

from __future__ import annotations

import logging

from django.db import transaction

from minben.base.retention import rules
from minben.jobs import clock
from minben.jobs.registry import handler
from minben.jobs.types import Payload

_log = logging.getLogger(__name__)


class NotRetired(Exception):
    """未清除 Some tables' rules failed; the others' rows have ended. Tried again later."""


def retire(payload: Payload, key: str) -> dict[str, int]:
    """Ask every table's rule, each in a transaction of its own; how many rows each ended.

    A rule that fails does not hold up the others. Running again finds nothing more to end.
    """
    today, ended, failed = clock.today(), dict[str, int](), list[str]()
    for table, rule in rules().items():
        if rule.retire is None:
            continue
        try:
            with transaction.atomic():
                ended[table] = rule.retire(today)
        except Exception as failure:
            _log.error("retention of %s: %s", table, type(failure).__name__)
            failed.append(table)
    if failed:
        raise NotRetired(", ".join(failed))
    return {table: count for table, count in ended.items() if count}


@handler("jobs.retire", outside=retire, daily=True)
def retired(payload: Payload, ended: dict[str, int]) -> None:
    """The day's housekeeping is done; counts only, nobody's name."""
    if ended:
        _log.info("retention: %s", ", ".join(f"{t} {n}" for t, n in ended.items()))
