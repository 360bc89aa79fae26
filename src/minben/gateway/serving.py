"""Workers of the gateway: granian runs them, each opens the folder for itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from minben.gateway.app import Gateway
from minben.gateway.folder import GatewayFolder

_PR_SET_PDEATHSIG = 1
FOLDER = "MINBEN_GATEWAY_FOLDER"


def open_gateway() -> Gateway:
    """What granian calls in each worker."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # never outlive the supervisor
    return Gateway(GatewayFolder.load(Path(os.environ[FOLDER])))


def serve(folder: Path, *, host: str, port: int, workers: int) -> None:
    """Serve until the process is told to end. FolderError before any worker starts."""
    GatewayFolder.load(folder)
    os.environ[FOLDER] = str(folder)
    Granian(
        "minben.gateway.serving:open_gateway",
        factory=True,
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()
