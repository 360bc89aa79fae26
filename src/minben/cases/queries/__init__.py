"""What may be asked of the cases."""

from minben.cases.queries.lists import (
    account_tasks,
    appeal,
    counts,
    kept,
    living,
    of_person,
    people,
    queue,
    receiving,
    references_with,
    tasks_of,
    tasks_of_case,
    unwilling,
)
from minben.cases.queries.views import (
    by_reference,
    case_view,
    current_decision,
    decision_view,
    decisions_of,
    overview,
)

__all__ = [
    "account_tasks",
    "appeal",
    "by_reference",
    "case_view",
    "counts",
    "current_decision",
    "decision_view",
    "decisions_of",
    "kept",
    "living",
    "of_person",
    "overview",
    "people",
    "queue",
    "receiving",
    "references_with",
    "tasks_of",
    "tasks_of_case",
    "unwilling",
]
