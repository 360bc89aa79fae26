"""Read `pack.yaml` and `texts.yaml` into a Manifest; every gap is a PackError with its mend."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any, cast, get_args

from minben.base.month import Month
from minben.base.text import Text
from minben.packs.reading import PackError, Place, read_yaml
from minben.packs.types import (
    AppealWay,
    Asks,
    By,
    Effort,
    MandateScope,
    Manifest,
    Phases,
    Scheme,
    Source,
    SourceKind,
    Step,
)

SINGLE = ("name", "summary", "owner_agency", "appeal")  # texts that stand alone, not in a group
GROUPS = (
    "life_events", "schemes", "variables", "reasons", "review", "questions", "steps", "purposes",
    "phases", "papers", "confidence",
)  # fmt: skip


def read_texts(folder: Traversable) -> tuple[dict[str, Text], dict[str, dict[str, Text]]]:
    """The single texts and the groups of `texts.yaml`."""
    top = Place("texts.yaml", "", read_yaml(folder, "texts.yaml"))
    single = {key: top.text(key) for key in SINGLE}
    groups = {}
    for group in GROUPS:
        place = top.within(group)
        groups[group] = {key: place.text(key) for key in place.content}
    top.done()
    return single, groups


def read_manifest(folder: Traversable) -> Manifest:
    """Everything that a pack says about itself."""
    single, groups = read_texts(folder)
    top = Place("pack.yaml", "", read_yaml(folder, "pack.yaml"))
    sources = read_sources(top.within("sources"))
    words = _Words(groups)
    mandate = top.within("mandate")
    subject = top.word("subject")
    asks = top.within("asks")
    appeal = top.within("appeal")
    phases = top.within("phases")
    manifest = Manifest(
        key=top.word("key"),
        name=single["name"],
        summary=single["summary"],
        life_events={k: words.text("life_events", k) for k in top.words("life_events")},
        owner_agency=top.word("owner_agency"),
        owner_name=single["owner_agency"],
        subject=subject,
        applicants=top.words("applicants"),
        first_month=_month(top, "first_month"),
        decides=top.word("decides"),
        schemes=_schemes(top.within("schemes"), words),
        steps=tuple(_step(place, words) for place in top.items("steps")),
        asks=Asks(
            subject=asks.words(subject),
            parents=asks.words("parents"),
            siblings=asks.words("siblings"),
        ),
        mandate=MandateScope(
            articles=tuple(
                _source(mandate, "articles", k, sources) for k in mandate.words("articles")
            ),
            approver=mandate.word("approver"),
            purpose=words.text("purposes", mandate.word("purpose")),
            facts=mandate.words("facts"),
        ),
        case_facts=top.words("case_facts"),
        phases=Phases(
            *(
                tuple(words.text("phases", k) for k in phases.words(p))
                for p in ("now", "near", "long")
            )
        ),
        before=_effort(top.within("before"), words),
        after=_effort(top.within("after"), words),
        appeal=AppealWay(
            to=appeal.word("to"),
            days=appeal.number("days"),
            article=_source(appeal, "article", appeal.word("article"), sources),
            text=single["appeal"],
            confidence=appeal.word("confidence"),
        ),
        sources=sources,
        texts=groups,
    )
    for place in (asks, mandate, appeal, phases, top):
        place.done()
    return manifest


class _Words:
    def __init__(self, groups: Mapping[str, Mapping[str, Text]]) -> None:
        self._groups = groups

    def text(self, group: str, key: str) -> Text:
        found = self._groups[group].get(key)
        if found is None:
            raise PackError(
                file="texts.yaml",
                place=f"{group}.{key}",
                mistake="pack.yaml names it, but it has no words",
                mend=f"Write `{key}: {{zh: …, en: …}}` under {group}",
            )
        return found


def read_sources(place: Place) -> dict[str, Source]:
    """The sources that a pack cites, by key."""
    sources = {}
    for key in place.content:
        one = place.within(key)
        kind = one.word("kind")
        if kind not in get_args(SourceKind):
            raise one.wrong(
                "kind", f"{kind} is none", f"Known are: {', '.join(get_args(SourceKind))}"
            )
        href = one.word("href") if one.has("href") else None
        text = Text(one.word("zh"), one.word("en"))
        one.done()
        sources[key] = Source(key, cast(SourceKind, kind), text, href)
    return sources


def _source(place: Place, key: str, name: str, sources: Mapping[str, Source]) -> Source:
    if name not in sources:
        raise place.wrong(key, f"{name} is no source", "Add it to `sources` of pack.yaml")
    return sources[name]


def _schemes(place: Place, words: _Words) -> dict[str, Scheme]:
    schemes = {}
    for key in place.content:
        one = place.within(key)
        pays: Any = one.word("pays")
        if pays not in ("family", "price"):
            raise one.wrong("pays", f"{pays} is neither", "Write family or price")
        schemes[key] = Scheme(key, words.text("schemes", key), one.word("authority"), pays)
        one.done()
    return schemes


def _step(place: Place, words: _Words) -> Step:
    key, by = place.word("key"), place.word("by")
    if by not in get_args(By):
        raise place.wrong("by", f"{by} takes no step", f"Known are: {', '.join(get_args(By))}")
    place.done()
    return Step(key, cast(By, by), words.text("steps", key))


def _effort(place: Place, words: _Words) -> Effort:
    effort = Effort(
        place.number("visits"), tuple(words.text("papers", k) for k in place.words("papers"))
    )
    place.done()
    return effort


def _month(place: Place, key: str) -> Month:
    try:
        return Month.parse(place.word(key))
    except ValueError as error:
        raise place.wrong(key, str(error), "Write it as 2018-08") from error
