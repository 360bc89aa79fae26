"""How many of the town live where: counties by people, townships by villages within them."""

from __future__ import annotations

from functools import cache

from minben.places.queries import townships

BUCKETS = 10_000
# people at the end of 2022 in thousands, rounded; good enough for weights, not a statistic
THOUSANDS = {
    "63000": 2481,
    "64000": 2728,
    "65000": 3996,
    "66000": 2814,
    "67000": 1853,
    "68000": 2281,
    "10002": 449,
    "10004": 581,
    "10005": 535,
    "10007": 1245,
    "10008": 480,
    "10009": 664,
    "10010": 489,
    "10013": 798,
    "10014": 212,
    "10015": 319,
    "10016": 107,
    "10017": 362,
    "10018": 453,
    "10020": 263,
    "09007": 14,
    "09020": 142,
}


@cache
def buckets() -> tuple[str, ...]:
    """The township code of each of 10,000 equal shares of the people."""
    villages: dict[str, int] = {}
    for place in townships():
        villages[place.county.code] = villages.get(place.county.code, 0) + place.villages
    shares = [
        (place.code, THOUSANDS[place.county.code] * place.villages / villages[place.county.code])
        for place in townships()
    ]
    total, reached = sum(share for _, share in shares), 0.0
    found: list[str] = []
    for code, share in shares:
        reached += share
        found += [code] * (round(BUCKETS * reached / total) - len(found))
    return tuple(found)
