"""`witnessing`: the process that shows checkpoints to witnesses and watches for lone halves."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from minben.trail.clients import HttpStampClient, HttpWitnessClient
from minben.trail.halves import match_once
from minben.trail.stamping import stamp_once
from minben.trail.witnessing import witness_once

_SELDOM = 10.0  # seconds between time stamps, and looks for halves of transfers
_log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Show new checkpoints to the witnesses of the trust policy until told to stop."""

    help = "Ask the witnesses of the trust policy to cosign new checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` and `--pause`."""
        parser.add_argument("--once", action="store_true", help="ask once, then end")
        parser.add_argument("--pause", type=float, default=0.2, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        client, stamps = HttpWitnessClient(), HttpStampClient()
        if options["once"]:
            witness_once(client)
            stamp_once(stamps)
            match_once()
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        looked = 0.0
        while not stop.wait(options["pause"]):
            close_old_connections()
            try:
                witness_once(client)
                if time.monotonic() - looked > _SELDOM:
                    stamp_once(stamps)
                    match_once()
                    looked = time.monotonic()
            except OperationalError as failure:  # a database that is locked or away: try again
                _log.warning("witnessing: %s", type(failure).__name__)
