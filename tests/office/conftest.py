import pytest

from minben.cases import actions, queries
from minben.cases.types import QueueRow, TaskKind
from minben.identity.types import Role
from portal.visiting import browser_of, official
from ui import samples


@pytest.fixture(autouse=True)
def _static_folder(settings):
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def officer(db):
    return browser_of(official(Role.CASE_OFFICER))


@pytest.fixture
def seen(monkeypatch):
    """Cases that answer with a sample; collects what was asked of them."""
    done = []
    row = QueueRow(
        task=samples.task().uuid,
        kind=TaskKind.ANSWER_APPEAL,
        text=samples.task().text,
        reference=samples.REFERENCE,
        pack_name=samples.PACK,
        waiting_since=samples.DAY,
        due_on=samples.DAY,
        overdue=True,
    )
    monkeypatch.setattr(queries, "queue", lambda actor: (row,))

    def view_case(**given):
        done.append(("view_case", given))
        return samples.office_case()

    monkeypatch.setattr(actions, "view_case", view_case)
    for name in ("confirm_decision", "propose_override", "approve_override", "refuse_override",
                 "answer_appeal", "complete_task", "settle_objection"):  # fmt: skip
        monkeypatch.setattr(actions, name, lambda _name=name, **given: done.append((_name, given)))
    return done
