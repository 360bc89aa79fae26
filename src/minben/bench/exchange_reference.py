"""The hop that most would write: Starlette in, httpx out, nothing checked. For comparison only."""

import os

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_client = httpx.AsyncClient(timeout=10.0, limits=httpx.Limits(max_connections=64))


async def _hop(request: Request) -> Response:
    url = os.environ["MINBEN_BENCH_VAR"] + request.url.path
    answer = await _client.post(url, content=await request.body())
    return Response(answer.content, answer.status_code)


app = Starlette(routes=[Route("/{path:path}", _hop, methods=["POST"])])
