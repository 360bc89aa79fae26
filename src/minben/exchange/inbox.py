"""Taking changes that agencies tell by themselves: signed, once, and heard by whoever listens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from minben.base.refusal import Refused
from minben.consent import queries as consent
from minben.exchange import listeners, models, queries
from minben.exchange.types import PushView, TransferState
from minben.identity import actions as identity_actions
from minben.identity import queries as identity
from minben.jobs.actions import enqueue, hasten
from minben.jobs.clock import today
from minben.protocol.message import MessageError, verify_request
from minben.registry import queries as registry
from minben.trail.actions import record

MOST_PERSONS = 1_000
MOST_BYTES = 200_000
BIRTH = "born"
READY = "ready"  # as in `minben.kit.push`


def accept_push(
    *, agency: str, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> PushView:
    """Take a signed change from a provider, once per its `id`; listeners are told.

    `{"id": uuid, "kind": word, "data_set": key, "persons": [numbers], "on": day}`. Of people whom
    the platform does not know, only how many is kept, as an entry on the trail; but a birth (kind
    "born", the child named first) makes the child known where a mandate covers asking for its
    facts. The same change again returns what was taken. Kind "ready"
    names `transfers` that can be answered now: they are asked again at once, by the same id.
    Refused `exchange.push_unsigned` (unknown agency, wrong signature, too old, or seen before),
    `exchange.push_malformed` (names the field).
    """
    _check_signature(agency, method, url, headers, body)
    change = _Change(agency, body)
    with transaction.atomic():
        row, taken = models.Push.objects.get_or_create(
            provider=agency,
            uuid=change.uuid,
            defaults={
                "kind": change.kind,
                "data_set": change.data_set,
                "persons": [str(person) for person in change.known()],
                "happened_on": change.on,
                "received_at": timezone.now(),
            },
        )
        view = queries.push_view(row)
        if taken and change.kind == READY:
            _hasten(agency, change.transfers)
        elif taken:
            _tell(view, unknown=change.size - len(view.persons))
    return view


def _hasten(agency: str, transfers: Sequence[UUID]) -> None:
    """Ask at once for what the agency says it can answer now: its own transfers, by their id."""
    waiting = models.Transfer.objects.filter(
        uuid__in=transfers, provider=agency, state=TransferState.WAITING
    )
    for uuid in waiting.values_list("uuid", flat=True):
        hasten(kind="exchange.transfer", key=str(uuid))


def _tell(view: PushView, *, unknown: int) -> None:
    if unknown:
        record(
            verb="exchange.change_not_kept",
            subject=None,
            actor=f"agency:{view.provider}",
            basis=view.data_set,
            details={"kind": view.kind, "on": view.happened_on.isoformat(), "persons": unknown},
        )
    for person in view.persons:
        record(
            verb="exchange.change_told",
            subject=person,
            actor=f"agency:{view.provider}",
            basis=view.data_set,
            details={"kind": view.kind, "on": view.happened_on.isoformat()},
        )
    payload = {
        "agency": view.provider,
        "push": str(view.uuid),
        "data_set": view.data_set,
        "kind": view.kind,
        "persons": [str(person) for person in view.persons],
        "on": view.happened_on.isoformat(),
    }
    enqueue(kind="exchange.pushed", payload=payload, key=f"{view.provider}:{view.uuid}")
    listeners.tell_pushed(view)


def _check_signature(
    agency: str, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> None:
    try:
        key = registry.agency(agency).public_key
        verified = verify_request(
            method=method,
            url=url,
            headers=headers,
            body=body,
            key_of={key.key_id: key}.get,
            now=datetime.now(UTC),
        )
    except (MessageError, Refused) as error:
        raise Refused("exchange.push_unsigned") from error
    try:
        with transaction.atomic():
            models.SeenNonce.objects.create(
                value=f"{verified.key_id}:{verified.nonce}"[:200], seen_at=timezone.now()
            )
    except IntegrityError as error:
        raise Refused("exchange.push_unsigned") from error


class _Change:
    """A change as it was written; Refused names the field that is wrong."""

    def __init__(self, agency: str, body: bytes) -> None:
        self._field = "body"
        try:
            if len(body) > MOST_BYTES:
                raise ValueError
            value = json.loads(body)
            self._field = "id"
            self.uuid = UUID(value["id"])
            self._field = "kind"
            self.kind = _word(value["kind"], 40)
            self._field = "data_set"
            self.data_set = _word(value["data_set"], 120)
            if registry.provider_of(self.data_set).key != agency:
                raise ValueError
            self._field = "on"
            self.on = date.fromisoformat(value["on"])
            self._field = "persons"
            listed = value["persons"]
            if not isinstance(listed, list) or len(listed) > MOST_PERSONS:
                raise ValueError
            self._numbers = [_word(number, 20) for number in listed]
            self._field = "body"
            told = {"id", "kind", "data_set", "persons", "on"}
            if set(value) != (told | {"transfers"} if self.kind == READY else told):
                raise ValueError
            self._field = "transfers"
            waiting = value.get("transfers", [])
            if not isinstance(waiting, list) or len(waiting) > MOST_PERSONS:
                raise ValueError
            self.transfers = [UUID(one) for one in waiting]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused) as error:
            raise Refused("exchange.push_malformed", field=self._field) from error

    @property
    def size(self) -> int:
        """How many persons it names."""
        return len(self._numbers)

    def known(self) -> list[UUID]:
        """The persons concerned whom the platform knows, in their order; a newborn among them."""
        if self.kind == BIRTH and self._numbers and self._covered():
            identity_actions.find_or_create_person(number=self._numbers[0], on=today())
        found = (identity.find_person(number) for number in self._numbers)
        return [person.uuid for person in found if person is not None]

    def _covered(self) -> bool:
        return any(m.covers(self.data_set, "birth_date") for m in consent.active_mandates())


def _word(value: object, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or "\x00" in value:
        raise ValueError
    return value
