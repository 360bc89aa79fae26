"""The witness over HTTP (C2SP tlog-witness): one write, and what it saw for anybody to read."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from minben.protocol.add_checkpoint import SIZE_TYPE, AddCheckpoint, Refusal
from minben.witness.folder import WitnessFolder
from minben.witness.memory import Memory

_MOST_BYTES = 64_000


class Witness:
    """見證人 One witness: its memory and its HTTP face."""

    def __init__(self, folder: WitnessFolder) -> None:
        self._folder = folder
        self.memory = Memory(folder)
        self.app = Starlette(
            routes=[
                Route("/add-checkpoint", self._add, methods=["POST"]),
                Route("/evidence", self._evidence),
                Route("/health", self._health),
                Route("/{origin}/checkpoint", self._checkpoint),
            ]
        )

    async def _add(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return PlainTextResponse("the request is over 64,000 bytes\n", 413)
        try:
            asked = AddCheckpoint.read(body.decode())
            line = await run_in_threadpool(self.memory.add, asked, now=lambda: int(time.time()))
        except UnicodeDecodeError:
            return PlainTextResponse("the request is not UTF-8\n", 400)
        except Refusal as refusal:
            media_type = SIZE_TYPE if refusal.status == 409 else "text/plain"
            words = refusal.why if refusal.status == 409 else f"{refusal.why}\n"
            return Response(words, refusal.status, media_type=media_type)
        return PlainTextResponse(line)

    async def _checkpoint(self, request: Request) -> Response:
        note = await run_in_threadpool(self.memory.note, request.path_params["origin"])
        if note is None:
            return PlainTextResponse("no checkpoint of that log was cosigned\n", 404)
        return PlainTextResponse(note, headers={"cache-control": "max-age=5"})

    async def _evidence(self, request: Request) -> Response:
        """Two histories under one signature, should there ever be any: for everybody."""
        return JSONResponse({"split_views": await run_in_threadpool(self.memory.accusations)})

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"witness": self._folder.public.text, "logs": list(self._folder.logs)})
