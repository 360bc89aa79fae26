"""The authority's two questions over HTTP: give names, and give one person back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from minben.kit import reading, status
from minben.kit.doorway import Doorway, Knock, Reply
from minben.kit.folder import AgencyFolder
from minben.kit.lane import Lane
from minben.kit.problems import Problem
from minben.kit.reading import Fields
from minben.kit.store import Store
from minben.kit.types import JSON
from minben.protocol.mandate import Mandate, is_signed
from minben.pseudonyms.vault import Vault

MOST_NUMBERS, MOST_RESOLVED = 20_000, 100
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class _Asked:
    mandate: Mandate
    fields: Fields


class Authority:
    """假名機構 A process of its own; `app` is served by `minben pseudonyms serve`.

    Providers named in a signed mandate that still stands, and its owner agency, may have numbers
    pseudonymised; only the owner agency may have some resolved, with a reason, each logged by
    itself before the answer leaves. A purpose belongs to the first agency mandated for it, for
    good.
    """

    def __init__(self, folder: AgencyFolder) -> None:
        self.folder = folder
        self.lane = Lane(folder.path / "lane")
        self._store = Store(folder.path / "kit.sqlite3")
        self._vault = Vault(folder.path)
        self._door = Doorway(folder, self._store)
        self.app = Starlette(
            routes=[
                Route(
                    "/pseudonyms",
                    self._door.endpoint(self._issue, most=MOST_BYTES),
                    methods=["POST"],
                ),
                Route("/resolve", self._door.endpoint(self._resolve), methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ]
        )

    @classmethod
    def load(cls, folder: Path | str) -> Authority:
        """Open the authority's folder; FolderError says what is missing."""
        return cls(AgencyFolder.load(Path(folder)))

    def close(self) -> None:
        """Release the folder to another process."""
        self.lane.close()
        self._store.close()
        self._vault.close()

    async def _issue(self, request: Request, knock: Knock) -> Reply:
        return await run_in_threadpool(self._issued, knock)

    async def _resolve(self, request: Request, knock: Knock) -> Reply:
        return await run_in_threadpool(self._resolved, knock)

    async def _health(self, request: Request) -> Response:
        health = {
            "agency": self.folder.agency,
            "name": self.folder.descriptor["name"],
            "public_key": self.folder.key.public.text,
        }
        return self._door.signed(request, Reply.of(health))

    def _issued(self, knock: Knock) -> Reply:
        asked = self._read(knock.body, most=MOST_BYTES)
        listed = asked.fields.take("numbers", reading.items(MOST_NUMBERS))
        asked.fields.done()
        numbers = [reading.number(n, f"numbers[{i}]") for i, n in enumerate(listed)]
        mandate = asked.mandate
        providers = {fact.data_set.partition("/")[0] for fact in mandate.facts}
        if knock.sender not in providers | {mandate.recipient}:
            raise Problem("not_covered", "mandate.facts")
        names = self._vault.issue(mandate.purpose, numbers)
        self._log("issued", knock, mandate, count=len(names))
        return Reply.of({"purpose": mandate.purpose, "pseudonyms": names})

    def _resolved(self, knock: Knock) -> Reply:
        asked = self._read(knock.body)
        listed = asked.fields.take("pseudonyms", reading.items(MOST_RESOLVED))
        reason = asked.fields.take("reason", reading.string)
        asked.fields.done()
        names = [reading.string(n, f"pseudonyms[{i}]") for i, n in enumerate(listed)]
        mandate = asked.mandate
        if knock.sender != mandate.recipient:
            raise Problem("not_the_owner", "mandate.recipient")
        numbers: list[JSON] = [self._vault.resolve(mandate.purpose, name) for name in names]
        if None in numbers:
            raise Problem("no_pseudonym", f"pseudonyms[{numbers.index(None)}]")
        for name in names:
            self._log("resolved", knock, mandate, about=name, pseudonym=name, reason=reason)
        return Reply.of({"purpose": mandate.purpose, "numbers": numbers})

    def _read(self, body: bytes, most: int = reading.MOST_BYTES) -> _Asked:
        fields = Fields(reading.read_object(body, most=most))
        document = fields.take("mandate", reading.json_object)
        signature = fields.take("signature", reading.json_object)
        return _Asked(self._checked(document, signature), fields)

    def _checked(self, document: Mapping[str, JSON], signature: Mapping[str, JSON]) -> Mandate:
        try:
            mandate = Mandate.from_json(document)
        except ValueError as error:
            raise Problem("mandate_invalid", "mandate", what=str(error)[:200]) from error
        if not is_signed(mandate, signature, self.folder.trust.approvers):
            raise Problem("mandate_invalid", "signature", what="not signed by a trusted approver")
        if not mandate.valid_from <= datetime.now(UTC) < mandate.valid_until:
            raise Problem("expired", "mandate")
        if status.ask(self.folder.trust, self.folder.key, mandate.id) != "active":
            raise Problem("revoked", "mandate")
        if not self._vault.belongs(mandate.purpose, mandate.recipient):
            raise Problem("not_the_owner", "mandate.purpose")
        return mandate

    def _log(
        self, what: str, knock: Knock, mandate: Mandate, *, about: str = "", **details: JSON
    ) -> None:
        key = f"{what}:{knock.headers.get('signature', '')}:{about}"
        told: dict[str, JSON] = {
            "by": knock.sender,
            "mandate": mandate.id,
            "purpose": mandate.purpose,
            **details,
        }
        self.lane.append(what, key=key, details=told)
