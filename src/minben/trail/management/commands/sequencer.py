"""`sequencer`: the process that gives waiting entries their place."""

import logging
import os
import secrets
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from minben.trail.queries import waiting_count
from minben.trail.sequencer import sequence_once, take_lease

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run the sequencer until told to stop; a second one waits for the first one's lease."""

    help = "Turn waiting trail entries into leaves and sign checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` and `--pause`."""
        parser.add_argument("--once", action="store_true", help="place what waits, then end")
        parser.add_argument("--pause", type=float, default=0.2, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if options["once"]:
            while sequence_once():
                pass
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        holder = f"{os.getpid()}-{secrets.token_hex(8)}"
        while not stop.is_set():
            close_old_connections()
            try:
                busy = bool(waiting_count() and take_lease(holder) and sequence_once())
            except OperationalError as failure:  # a database that is locked or away: try again
                _log.warning("sequencer: %s", type(failure).__name__)
                busy = False
            if not busy:
                stop.wait(options["pause"])
