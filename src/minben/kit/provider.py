"""A provider: one decorated function per data set, and an application to serve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from minben.kit import exports, release
from minben.kit.agency import Agency, Answering, Exporting
from minben.kit.doorway import Doorway, Knock, Reply
from minben.kit.folder import AgencyFolder
from minben.kit.problems import Problem
from minben.kit.push import Outbox
from minben.protocol.message import ROUTED

Handling = Callable[[Knock], Reply]
MOST_AT_ONCE = 64  # requests under way; more are asked to come back in a second


class Provider:
    """資料提供者 An agency's process. Decorate one function per data set, serve `app`."""

    def __init__(self, folder: AgencyFolder) -> None:
        self.agency = Agency(folder)
        self._door = Doorway(folder, self.agency.store)
        self._exports = exports.Exports(self.agency)
        self._routes: list[Route] = []
        self._under_way = 0

    @classmethod
    def load(cls, folder: Path | str) -> Provider:
        """Open an agency's folder; FolderError says what is missing there."""
        return cls(AgencyFolder.load(Path(folder)))

    @property
    def folder(self) -> AgencyFolder:
        """The folder: descriptor, key, trust list."""
        return self.agency.folder

    def data_set(self, key: str) -> Callable[[Answering], Answering]:
        """Let the decorated function answer a data set of the descriptor.

        It is given the subject and one question and returns what the register holds: a plain
        value, a list of spells, or `Unknown()`. The kit compares, signs and logs.
        """
        self.agency.check(key)

        def register(function: Answering) -> Answering:
            self.agency.answering[key] = function
            return function

        return register

    def rows(self, key: str) -> Callable[[Exporting], Exporting]:
        """Let the decorated generator write a data set's mandated columns, a row per person.

        It is given the columns and yields mappings with "number" and those columns.
        """
        self.agency.check(key)

        def register(function: Exporting) -> Exporting:
            self.agency.exporting[key] = function
            return function

        return register

    def ready(self, data_set: str, number: str) -> int:
        """Say that what was `Later` can be answered now; how many transfers waited for it.

        Each recipient is told by a signed call and asks again under the same transfer id.
        """
        waiting = self.agency.store.waiting(data_set, number)
        if waiting:
            today = datetime.now(UTC).date()
            Outbox(self.folder).put_ready(data_set=data_set, transfers=waiting, on=today)
        return len(waiting)

    def post(self, path: str) -> Callable[[Handling], Handling]:
        """Let the decorated function answer other signed messages, as a bank takes payments."""

        def register(function: Handling) -> Handling:
            self._route(path, function, "POST")
            return function

        return register

    @cached_property
    def app(self) -> Starlette:
        """The ASGI application; made once, after every function is registered."""
        self._route("/transfers", partial(release.transfer, self.agency), "POST")
        self._route("/revocations", partial(release.revocation, self.agency), "POST")
        self._route("/exports", self._exports.order, "POST")
        self._routes.append(
            Route(
                "/{agency}/{subsystem}/{data_set}/{version}",
                self._door.endpoint(self._routed, covered=ROUTED),
                methods=["POST"],
            )
        )
        fetch = self._door.endpoint(self._fetch)
        self._routes.append(Route("/exports/{mandate}/{run}", fetch, methods=["GET"]))
        self._routes.append(Route("/health", self._health, methods=["GET"]))
        return Starlette(routes=self._routes)

    def close(self) -> None:
        """Release the folder to another process."""
        self.agency.close()

    async def _handled(self, handling: Handling, knock: Knock) -> Reply:
        if self._under_way >= MOST_AT_ONCE:
            raise Problem("busy", retry_after=1)
        self._under_way += 1
        try:
            return await run_in_threadpool(handling, knock)
        finally:
            self._under_way -= 1

    async def _routed(self, request: Request, knock: Knock) -> Reply:
        path = request.url.path
        return await self._handled(lambda one: release.routed(self.agency, one, path), knock)

    def _route(self, path: str, handling: Handling, method: str) -> None:
        async def answer(request: Request, knock: Knock) -> Reply:
            return await self._handled(handling, knock)

        self._routes.append(Route(path, self._door.endpoint(answer), methods=[method]))

    async def _fetch(self, request: Request, knock: Knock) -> Reply:
        parts = request.path_params
        return await run_in_threadpool(self._exports.fetch, knock, parts["mandate"], parts["run"])

    async def _health(self, request: Request) -> Response:
        descriptor = self.folder.descriptor
        offered = [
            {"key": s.key, "facts": sorted(s.facts), "predicates_only": sorted(s.predicates_only)}
            for s in self.agency.data_sets.values()
            if s.key in self.agency.answering
        ]
        health = {
            "agency": self.folder.agency,
            "name": descriptor["name"],
            "public_key": self.folder.key.public.text,
            "datasets": offered,
            "released": len(self.agency.lane),
        }
        return self._door.signed(request, Reply.of(health))
