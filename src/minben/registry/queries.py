"""What may be asked of the register."""

from __future__ import annotations

from collections.abc import Iterable

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.facts.words import Sensitivity
from minben.protocol.keys import PublicKey
from minben.protocol.witness import WITNESSED
from minben.registry import models
from minben.registry.types import (
    DataSetView,
    Openness,
    ProcessingView,
    ProviderView,
)


def agency(key: str) -> ProviderView:
    """One agency that takes part; Refused `registry.no_such_agency`."""
    row = models.Agency.objects.filter(key=key, left_at__isnull=True).first()
    if row is None:
        raise Refused("registry.no_such_agency", agency=key)
    return _agency_view(row)


def agencies() -> list[ProviderView]:
    """Everyone who takes part, in the order of joining."""
    rows = models.Agency.objects.filter(left_at__isnull=True).order_by("id")
    return [_agency_view(row) for row in rows]


def agency_name(key: str) -> Text:
    """What an agency is called; its key when it has left or never joined."""
    row = models.Agency.objects.filter(key=key).first()
    return Text(row.name_zh, row.name_en) if row else Text(key, key)


def data_set(key: str) -> DataSetView:
    """One version of a data set; Refused `registry.no_such_data_set`."""
    row = models.DataSet.objects.select_related("provider").filter(key=key).first()
    if row is None:
        raise Refused("registry.no_such_data_set", data_set=key)
    return _data_set_view(row)


def data_sets(*, with_retired: bool = False) -> list[DataSetView]:
    """All data sets on offer, by key."""
    rows = models.DataSet.objects.select_related("provider").order_by("key")
    if not with_retired:
        rows = rows.filter(retired_at__isnull=True, provider__left_at__isnull=True)
    return [_data_set_view(row) for row in rows]


def provider_of(data_set_key: str) -> ProviderView:
    """Who answers for a data set.

    Refused `registry.no_such_data_set`, or `registry.data_set_retired` when only other versions
    are on offer or the provider has left.
    """
    row = models.DataSet.objects.select_related("provider").filter(key=data_set_key).first()
    if row is None:
        raise Refused("registry.no_such_data_set", data_set=data_set_key)
    if row.retired_at is not None or row.provider.left_at is not None:
        raise Refused("registry.data_set_retired", data_set=data_set_key)
    return _agency_view(row.provider)


def assurance_for(data_set_keys: Iterable[str]) -> AssuranceLevel:
    """The least level that satisfies every provider of these data sets."""
    return max((data_set(key).assurance for key in set(data_set_keys)), default=AssuranceLevel.LOW)


def accepts(data_set_keys: Iterable[str], method: str) -> bool:
    """Whether all these providers accept a method: any where none is named, but a signature
    witnessed at a counter only where it is named.
    """
    chosen = [data_set(key).methods for key in set(data_set_keys)]
    return all(method in named if named else method != WITNESSED for named in chosen)


def methods_for(data_set_keys: Iterable[str]) -> tuple[str, ...]:
    """The sign-in methods that all these providers accept; empty when none of them is choosy.

    Refused `registry.no_common_method` when their choices exclude each other.
    """
    chosen = [set(data_set(key).methods) for key in set(data_set_keys)]
    choosy = [methods for methods in chosen if methods]
    if not choosy:
        return ()
    common = set.intersection(*choosy)
    if not common:
        raise Refused("registry.no_common_method")
    return tuple(sorted(common))


def register_of_processing() -> list[ProcessingView]:
    """The public register: who uses which data, for what, by which law, how long."""
    rows = models.Processing.objects.filter(ended_at__isnull=True).order_by("agency", "key")
    return [
        ProcessingView(
            key=row.key,
            agency=agency_name(row.agency),
            purpose=Text(row.purpose_zh, row.purpose_en),
            legal_basis=row.legal_basis,
            data_sets=tuple(row.data_sets),
            facts=tuple(row.facts),
            recipients=tuple(row.recipients),
            retention_days=row.retention_days,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def _agency_view(row: models.Agency) -> ProviderView:
    return ProviderView(
        row.key, Text(row.name_zh, row.name_en), row.base_url, PublicKey.from_text(row.public_key)
    )


def _data_set_view(row: models.DataSet) -> DataSetView:
    return DataSetView(
        key=row.key,
        provider=_agency_view(row.provider),
        name=Text(row.name_zh, row.name_en),
        openness=Openness(row.openness),
        sensitivity=Sensitivity(row.sensitivity),
        assurance=AssuranceLevel(row.assurance),
        methods=tuple(row.methods),
        facts=tuple(row.facts),
        version=row.version,
        retired=row.retired_at is not None or row.provider.left_at is not None,
    )
