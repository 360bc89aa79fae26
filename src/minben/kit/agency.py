"""What every part of a provider's process shares: folder, memory, log and data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from minben.base.assurance import AssuranceLevel
from minben.kit.folder import AgencyFolder, FolderError
from minben.kit.lane import Lane
from minben.kit.store import Store
from minben.kit.types import JSON, FactAnswer, FactRequest, Later, Row, Subject, Unknown

Answering = Callable[[Subject, FactRequest], FactAnswer | Later | Unknown | JSON]
Exporting = Callable[[tuple[str, ...]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class DataSet:
    """資料集 What the descriptor says of one data set, and the function that answers.

    `predicates_only` are the facts whose value never leaves; `assurance` and `methods` what a
    signer must bring; `persons` the columns that hold numbers of people (pseudonymised in
    exports); `otherwise` what each fact is for a person whom the register does not list.
    """

    key: str
    facts: frozenset[str]
    predicates_only: frozenset[str]
    persons: frozenset[str]
    otherwise: Mapping[str, JSON]
    assurance: AssuranceLevel
    methods: frozenset[str]  # empty: every method of that assurance
    representatives: frozenset[str]  # who may sign for another ("guardian"); empty: nobody


class Agency:
    """機關行程 One agency's process from inside: opened once, closed once."""

    def __init__(self, folder: AgencyFolder) -> None:
        self.folder = folder
        self.store = Store(folder.path / "kit.sqlite3")
        self.lane = Lane(folder.path / "lane")
        self.data_sets: dict[str, DataSet] = {
            entry["key"]: _data_set(entry) for entry in folder.descriptor["datasets"]
        }
        self.answering: dict[str, Answering] = {}
        self.exporting: dict[str, Exporting] = {}

    def check(self, key: str) -> None:
        """FolderError when the descriptor does not offer a data set."""
        if key not in self.data_sets:
            known = ", ".join(self.data_sets) or "none"
            raise FolderError(f'agency.json offers no data set "{key}" (it offers: {known})')

    def close(self) -> None:
        """Release the folder to another process."""
        self.lane.close()
        self.store.close()


def _data_set(entry: Mapping[str, object]) -> DataSet:
    def names(field: str) -> frozenset[str]:
        value = entry.get(field, ())
        if not isinstance(value, list | tuple):
            raise FolderError(f'agency.json: "{field}" of {entry["key"]} must be a list')
        return frozenset(str(name) for name in value)

    otherwise = entry.get("otherwise", {})
    if not isinstance(otherwise, Mapping):
        raise FolderError(f'agency.json: "otherwise" of {entry["key"]} must be an object')
    return DataSet(
        key=str(entry["key"]),
        facts=names("facts"),
        predicates_only=names("predicates_only"),
        persons=names("persons"),
        otherwise=otherwise,
        assurance=AssuranceLevel[str(entry.get("assurance", "high")).upper()],
        methods=names("methods"),
        representatives=names("representatives"),
    )
