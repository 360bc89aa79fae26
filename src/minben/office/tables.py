"""The analyst's pages: the law of each pack as tables, flow charts and DMN. No person in sight."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minben.base.month import Month
from minben.base.text import Text
from minben.identity.types import Actor, Role
from minben.office.gate import on_duty
from minben.packs import load
from minben.packs.model import Pack
from minben.screening import queries as screening
from minben.ui import cells


@require_safe
@on_duty(Role.ANALYST, Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR)
def tables(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every pack and its legal phases."""
    packs = [load.pack(key) for key in load.known()]
    return render(request, "office/tables.html", {"packs": packs})


@require_safe
@on_duty(Role.ANALYST, Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR)
def table(request: HttpRequest, actor: Actor, pack: str, month: str) -> HttpResponse:
    """The rules of a pack in one month, the deciding one first."""
    rules, at = _rules(pack), _month(pack, month)
    counted = screening.path_counts(pack, at)
    tables = [
        {**drawn, "rows": [
            {**row, "people": counted.get(str(drawn["name"]), {}).get(number)}
            for number, row in enumerate(drawn["rows"])
        ]}
        for drawn in _drawn(pack, at)
    ]  # fmt: skip
    context = {"pack": rules, "month": at, "tables": tables, "counted": bool(counted)}
    return render(request, "office/table.html", context)


@lru_cache(maxsize=64)
def _drawn(pack: str, month: Month) -> tuple[dict[str, Any], ...]:
    """Every rule of a month, the deciding one first. A pack does not change while we run."""
    return tuple(
        {
            "name": name,
            "title": _title(one.description),
            "description": _explained(one.description),
            "asked": [question.text for question in one.questions],
            "results": [cells.head(_rules(pack), column) for column in one.results],
            "rows": [
                {
                    "entries": {
                        entry["asked"]: cells.condition(entry["asked"], entry["is"])
                        for entry in row["conditions"]
                    },
                    "result": [
                        cells.result(_rules(pack), column, str(value))
                        for column, value in row["result"].items()
                    ],
                    "citations": [cells.source(_rules(pack), key) for key in row["citations"]],
                }
                for row in one.to_html_rows()
            ],
            "chart": one.to_mermaid(),
            "code": _code(_rules(pack), name),
        }
        for name, one in reversed(_rules(pack).tables(month).items())
    )


@require_safe
@on_duty(Role.ANALYST, Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR)
def dmn(request: HttpRequest, actor: Actor, pack: str, month: str, rule: str) -> HttpResponse:
    """One rule as DMN 1.5, for other tools."""
    found = _rules(pack).tables(_month(pack, month)).get(rule)
    if found is None:
        raise Http404
    response = HttpResponse(found.to_dmn(), content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{pack}-{rule}-{month}.dmn"'
    return response


def _title(description: str) -> Text:
    """A rule opens with its 正體中文 name and goes on in English: the name, and the sentence."""
    name, _, rest = description.partition(" ")
    return Text(name, rest.split(".")[0] or name)


def _code(pack: Pack, name: str) -> dict[str, object]:
    """The rule as it is written, with the number of its first line."""
    lines, first = inspect.getsourcelines(pack.book.variables[name].rule)
    numbered = "".join(f"{first + i:>4}  {line}" for i, line in enumerate(lines))
    return {"file": f"packs/{pack.key}/law.py", "line": first, "text": numbered}


def _explained(description: str) -> str:
    return " ".join(description.partition(" ")[2].split())


def _rules(key: str) -> Pack:
    if key not in load.known():
        raise Http404
    return load.pack(key)


def _month(key: str, written: str) -> Month:
    try:
        month = Month.parse(written)
    except ValueError as fault:
        raise Http404 from fault
    if month < _rules(key).first_month:
        raise Http404
    return month
