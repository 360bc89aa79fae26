"""What may be asked about places. The list is a file of the package; no database is needed."""

import csv
from functools import cache
from importlib.resources import files

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.places.types import County, Township

__all__ = ["counties", "county", "tile", "township", "townships"]


def townships() -> tuple[Township, ...]:
    """All 368 townships, ordered by code."""
    return tuple(_by_code().values())


def township(code: str) -> Township:
    """The township with an eight-digit code; `Refused("places.unknown_township")` if none."""
    try:
        return _by_code()[code]
    except KeyError:
        raise Refused("places.unknown_township", code=code) from None


def counties() -> tuple[County, ...]:
    """All 22 counties and cities, ordered by code."""
    return tuple({place.county.code: place.county for place in townships()}.values())


def county(code: str) -> County:
    """The county with a five-digit code; `Refused("places.unknown_county")` if none."""
    for one in counties():
        if one.code == code:
            return one
    raise Refused("places.unknown_county", code=code)


def tile(county_code: str) -> tuple[int, int]:
    """Column and row of a county on the map of equal tiles, north above."""
    return _tiles()[county_code]


@cache
def _tiles() -> dict[str, tuple[int, int]]:
    written = files("minben.places").joinpath("atlas/tiles.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in written.splitlines() if not line.startswith("#"))
    return {row["county_code"]: (int(row["column"]), int(row["row"])) for row in rows}


@cache
def _by_code() -> dict[str, Township]:
    written = files("minben.places").joinpath("atlas/townships.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in written.splitlines() if not line.startswith("#"))
    known: dict[str, County] = {}
    found: dict[str, Township] = {}
    for row in rows:
        code = row["county_code"]
        home = known.setdefault(code, County(code, Text(row["county_zh"], row["county_en"])))
        name = Text(row["zh"], row["en"])
        found[row["code"]] = Township(row["code"], home, name, int(row["villages"]))
    return found
