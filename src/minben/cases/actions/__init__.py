"""Verbs of the cases. Officers see a case only by an act that is on the trail."""

from minben.cases.actions.decisions import confirm_decision, record_decision
from minben.cases.actions.office import complete_task, done, open_task, view_case
from minben.cases.actions.opening import add_basis, open_case, stop_case, tell
from minben.cases.actions.overrides import approve_override, propose_override, refuse_override
from minben.cases.actions.voices import (
    answer_appeal,
    file_appeal,
    file_objection,
    settle_objection,
)

__all__ = [
    "add_basis",
    "answer_appeal",
    "approve_override",
    "complete_task",
    "confirm_decision",
    "done",
    "file_appeal",
    "file_objection",
    "open_case",
    "open_task",
    "propose_override",
    "record_decision",
    "refuse_override",
    "settle_objection",
    "stop_case",
    "tell",
    "view_case",
]
