"""`python -m minben.demo.tsa FOLDER --port N`: serve the simulated authority."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from minben.demo.tsa.authority import Authority

_MOST_BYTES = 10_000


def app(authority: Authority) -> Starlette:
    """`POST /` with a request in DER; the answer is DER too, a refusal included."""

    async def answer(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return Response("the request is over 10,000 bytes\n", 413)
        told = await run_in_threadpool(authority.answer, body, at=datetime.now(UTC))
        return Response(told, media_type="application/timestamp-reply")

    return Starlette(routes=[Route("/", answer, methods=["POST"])])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", default=8043, show_default=True)
def serve(folder: Path, port: int) -> None:
    """Serve the authority in FOLDER; it is made when it is not there."""
    made = app(Authority(folder))
    uvicorn.run(made, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    serve()
