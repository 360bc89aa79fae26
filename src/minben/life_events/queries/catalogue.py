"""The six life stages of the plan, and honestly what is built of each."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from minben.base.text import Text
from minben.life_events.types import LifeEventView, ServiceView
from minben.packs.load import known, pack

BLANK = "blank"  # the pack from which new ones are copied


@cache
def catalogue() -> tuple[LifeEventView, ...]:
    """The life stages in the order of a life, each with its services or an honest "not yet"."""
    raw = tomllib.loads(Path(__file__).parents[1].joinpath("catalogue.toml").read_text("utf-8"))
    return tuple(_stage(key, entry) for key, entry in raw.items())


def _stage(key: str, entry: dict[str, dict[str, str]]) -> LifeEventView:
    services = tuple(
        ServiceView(
            pack=name,
            name=pack(name).name,
            owner=pack(name).manifest.owner_name,
            summary=pack(name).manifest.summary,
            visits_before=pack(name).manifest.before.visits,
            visits_after=pack(name).manifest.after.visits,
            papers_before=pack(name).manifest.before.papers,
        )
        for name in known()
        if name != BLANK and key in pack(name).manifest.life_events
    )
    return LifeEventView(
        key=key,
        name=Text.from_json(entry["name"]),
        summary=Text.from_json(entry["summary"]),
        services=services,
        not_yet=None if services else Text.from_json(entry["not_yet"]),
    )
