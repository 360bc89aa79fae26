"""Verbs of the register: join, leave, retire a version, write down a processing activity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.facts.catalogue import FACTS
from minben.facts.words import Sensitivity
from minben.protocol.keys import PublicKey
from minben.registry import models, queries
from minben.registry.types import Openness, ProviderView
from minben.trail.actions import record

_KEY = re.compile(r"[a-z][a-z0-9-]{1,58}")
_DATA_SET = re.compile(r"([a-z][a-z0-9-]*)/[a-z0-9-]+(?:/[a-z0-9-]+)*/v([1-9][0-9]?)")


@transaction.atomic
def join(*, descriptor: Mapping[str, Any]) -> ProviderView:
    """Take an agency into the register by its descriptor (`agency.json`), or renew it.

    A new version of a data set stands beside the old; one that the descriptor no longer names is
    retired. Refused `registry.descriptor_invalid` names the field, `registry.key_changed` when a
    known agency comes with another signing key (it has to leave first).
    """
    key = _text(descriptor, "key", _KEY)
    name = _name(descriptor, "name")
    public_key = _public_key(descriptor)
    known = models.Agency.objects.filter(key=key).first()
    if known and known.left_at is None and known.public_key != public_key:
        raise Refused("registry.key_changed", agency=key)
    row, new = models.Agency.objects.update_or_create(
        key=key,
        defaults={
            "name_zh": name.zh,
            "name_en": name.en,
            "base_url": str(descriptor.get("base_url", "")),
            "public_key": public_key,
            "descriptor": dict(descriptor),
            "left_at": None,
        },
    )
    offered = [_offer(row, entry) for entry in descriptor.get("datasets", [])]
    row.data_sets.filter(retired_at__isnull=True).exclude(key__in=offered).update(
        retired_at=timezone.now()
    )
    _entry("registry.joined" if new else "registry.renewed", key, {"data_sets": offered})
    return queries.agency(key)


@transaction.atomic
def leave(*, agency: str) -> None:
    """Take an agency out; its data sets are asked no more. Refused `registry.no_such_agency`."""
    queries.agency(agency)
    models.Agency.objects.filter(key=agency).update(left_at=timezone.now())
    _entry("registry.left", agency, {})


@transaction.atomic
def record_processing(
    *,
    key: str,
    agency: str,
    purpose: Text,
    legal_basis: str,
    data_sets: Sequence[str],
    facts: Sequence[str],
    recipients: Sequence[str],
    retention_days: int,
) -> None:
    """Write or renew a line of the register of processing."""
    models.Processing.objects.update_or_create(
        key=key,
        defaults={
            "agency": agency,
            "purpose_zh": purpose.zh,
            "purpose_en": purpose.en,
            "legal_basis": legal_basis,
            "data_sets": list(data_sets),
            "facts": list(facts),
            "recipients": list(recipients),
            "retention_days": retention_days,
            "ended_at": None,
        },
    )
    _entry("registry.processing_recorded", agency, {"processing": key})


def _offer(agency: models.Agency, entry: object) -> str:
    if not isinstance(entry, Mapping):
        raise Refused("registry.descriptor_invalid", field="datasets")
    key = _text(entry, "key", _DATA_SET)
    match = _DATA_SET.fullmatch(key)
    if match is None or match[1] != agency.key:
        raise Refused("registry.descriptor_invalid", field="datasets.key")
    try:
        openness = Openness(entry.get("class", Openness.CLOSED))
        sensitivity = _sensitivity(key, entry)
        assurance = AssuranceLevel[str(entry.get("assurance", "high")).upper()]
    except (KeyError, ValueError):
        raise Refused("registry.descriptor_invalid", field=f"{key}: class/assurance") from None
    name = _name(entry, "name") if "name" in entry else Text(agency.name_zh, agency.name_en)
    models.DataSet.objects.update_or_create(
        key=key,
        defaults={
            "provider": agency,
            "name_zh": name.zh,
            "name_en": name.en,
            "openness": openness,
            "sensitivity": sensitivity,
            "assurance": assurance,
            "methods": sorted(str(method) for method in entry.get("methods", [])),
            "facts": [str(fact) for fact in entry.get("facts", _facts_of(key))],
            "version": int(match[2]),
            "retired_at": None,
        },
    )
    return key


def _facts_of(data_set: str) -> list[str]:
    """The shared facts that the catalogue places in a data set."""
    return [fact.key for fact in FACTS.values() if fact.data_set == data_set]


def _sensitivity(data_set: str, entry: Mapping[str, Any]) -> Sensitivity:
    """The provider's word; without it the most sensitive of the catalogue's facts in it."""
    if "sensitivity" in entry:
        return Sensitivity(entry["sensitivity"])
    held = {FACTS[fact].sensitivity for fact in _facts_of(data_set)}
    return next((s for s in reversed(Sensitivity) if s in held), Sensitivity.ORDINARY)


def _text(entry: Mapping[str, Any], field: str, form: re.Pattern[str]) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Refused("registry.descriptor_invalid", field=field)
    return value


def _name(entry: Mapping[str, Any], field: str) -> Text:
    try:
        return Text.from_json(entry[field])
    except (KeyError, TypeError, ValueError):
        raise Refused("registry.descriptor_invalid", field=field) from None


def _public_key(descriptor: Mapping[str, Any]) -> str:
    try:
        return PublicKey.from_text(str(descriptor["public_key"])).text
    except (KeyError, ValueError):
        raise Refused("registry.descriptor_invalid", field="public_key") from None


def _entry(verb: str, agency: str, details: dict[str, Any]) -> None:
    record(
        verb=verb, subject=None, actor=f"agency:{agency}", basis="registry.join", details=details
    )
