"""Kill -9 at any point: a child process dies before its k-th statement or around its commits."""

import itertools
import os
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from django.db import connections

from minben.jobs import worker


def finishes(deed: Callable[[], object], *, kill_at: int = 0) -> bool:
    """Do a deed in a child process that is killed at its `kill_at`th point; False when it was.

    Points are: before each statement, before and after each commit, before each write to the
    log's files and each sync of them. 0: not killed.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: the child has none
        child = os.fork()
    if child == 0:
        _live_and_die(deed, kill_at)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child failed: see its traceback"
    return True


STAGES = ("claimed", "called", "handled", "done")  # of a job, as `jobs.faults` names them


def dies(deed: Callable[[], object], *, stage: str) -> bool:
    """Do a deed in a child whose worker dies when its first job reaches a stage; False when none.

    A job that calls nobody has no stage "called": it dies at the next one.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:

        def fault(name: str) -> None:
            reached = name.rpartition(":")[2]
            if reached in STAGES and STAGES.index(reached) >= STAGES.index(stage):
                os._exit(137)

        try:
            worker.fault = fault
            deed()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) in (0, 137), "the child failed: see its traceback"
    return os.WEXITSTATUS(status) == 137


def _live_and_die(deed: Callable[[], object], kill_at: int) -> None:
    try:
        point = itertools.count(1)

        def tick() -> None:
            if next(point) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        def execute(run: Callable[..., Any], *call: Any) -> Any:
            tick()
            return run(*call)

        connection: Any = connections["default"]
        commit = connection._commit

        def commit_slowly() -> None:
            tick()
            commit()
            tick()

        connection._commit = commit_slowly
        for name in ("pwrite", "ftruncate", "fdatasync"):  # the log's files
            setattr(os, name, _after(tick, getattr(os, name)))
        with connection.execute_wrapper(execute):
            deed()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _after(tick: Callable[[], None], deed: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        tick()
        return deed(*arguments)

    return call
