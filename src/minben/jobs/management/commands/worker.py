"""`worker`: the process that does what is due."""

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from minben.jobs import clock
from minben.jobs.actions import begin_day
from minben.jobs.worker import run_due

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run a worker until told to stop; any number may run side by side, each begins the day."""

    help = "Do the jobs that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` and `--pause`."""
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--pause", type=float, default=0.5, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. On SIGTERM the job at hand is finished first."""
        if options["once"]:
            begin_day()
            run_due()
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        begun = None
        while not stop.is_set():
            close_old_connections()
            try:
                if begun != clock.today():
                    begun = begin_day()
                busy = bool(run_due(limit=1))
            except OperationalError as failure:  # a database that is locked or away: try again
                _log.warning("worker: %s", type(failure).__name__)
                busy = False
            if not busy:
                stop.wait(options["pause"])
