"""My data: everything that the platform keeps about a person, on a page, as JSON, as PDF."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minben.base.identifiers import mask
from minben.base.money import written
from minben.base.text import Text
from minben.consent import queries as consent
from minben.identity import queries as identity
from minben.identity.types import Actor
from minben.life_events import queries as life_events
from minben.notices import queries as notices
from minben.portal.gate import signed_in
from minben.trail import queries as trail
from minben.ui.language import told
from minben.ui.paper import Section, document
from minben.ui.templatetags.in_words import agreement_state
from minben.ui.written import plain

_AT_COUNTER = Text("（臨櫃）", " (at the counter)")
_TITLE = Text("我的資料", "My data")


@require_safe
@signed_in
def my_data(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is kept, in words."""
    return render(request, "portal/my_data.html", {"sections": _sections(actor)})


@require_safe
@signed_in
def as_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of it for machines."""
    response = JsonResponse(_record(actor), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="minben-my-data.json"'
    return response


@require_safe
@signed_in
def as_pdf(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of it on paper."""
    made = timezone.localtime()
    under = f"{actor.name} · {made:%Y-%m-%d %H:%M}"
    paper = document(title=_TITLE, under=under, sections=_sections(actor))
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="minben-my-data.pdf"'
    return response


def _record(actor: Actor) -> dict[str, Any]:
    person = actor.person
    return {
        "person": plain(identity.person(person)),
        "numbers": [mask(number) for number in identity.numbers_of(person)],
        "family": plain(identity.family_of(person)),
        "household": plain(identity.household_of(person)),
        "passkeys": [
            {"name": key.name, "enrolled_at": plain(key.enrolled_at)}
            for key in identity.passkeys_of(person)
        ],
        "sign_ins": plain(identity.sign_ins_of(person)),
        "cases": plain(life_events.my_cases(actor)),
        "offers": plain(life_events.for_you(actor)),
        "agreements": [
            {
                "id": view.id,
                "terms": view.agreement.to_json(),
                "state": view.state.status,
                "signatures": plain(view.signatures),
            }
            for view in consent.agreements_of(person)
        ],
        "notices": plain(notices.inbox(person)),
        "trail": plain(trail.entries_of(person)),
    }


def _sections(actor: Actor) -> list[Section]:
    person = actor.person
    cases = life_events.my_cases(actor)
    rests_on = [
        (fact.text, f"{told(fact.answer)} · {told(fact.provider)} · {fact.known_on.isoformat()}")
        for mine in cases
        if mine.case.current
        for fact in mine.case.current.rests_on
    ]
    return [
        Section(Text("您是誰", "Who you are"), tuple(_who(actor))),
        Section(
            Text("案件", "Cases"),
            tuple((m.case.pack_name, _case(m.case.reference, m)) for m in cases),
        ),
        Section(Text("決定所依據的答覆", "Answers that decisions rest on"), tuple(rests_on)),
        Section(
            Text("同意書", "Agreements"),
            tuple(
                (
                    view.agreement.purpose,
                    f"{view.proposed_at:%Y-%m-%d} · {agreement_state(view.state.status)}",
                )
                for view in consent.agreements_of(person)
            ),
        ),
        Section(
            Text("通知", "Notices"),
            tuple((n.subject, n.on.isoformat()) for n in notices.inbox(person)),
        ),
        Section(
            Text("登入紀錄", "Sign-ins"),
            tuple(
                (
                    method.text,
                    _moment(at) + (told(Text("（臨櫃）", " (at the counter)")) if desk else ""),
                )
                for at, method, desk in identity.sign_ins_of(person)
            ),
        ),
        Section(
            Text("足跡", "Trail"),
            ((Text("筆數", "Entries"), str(len(trail.entries_of(person)))),),
        ),
    ]


def _who(actor: Actor) -> list[tuple[Text, str]]:
    family = identity.family_of(actor.person)
    rows = [(Text("姓名", "Name"), actor.name)]
    if family.person.birth_date:
        rows.append((Text("出生日期", "Born"), family.person.birth_date.isoformat()))
    numbers = (mask(number) for number in identity.numbers_of(actor.person))
    rows.append((Text("身分證號（遮蔽）", "ID number (masked)"), "、".join(numbers)))
    if family.spouse:
        rows.append((Text("配偶", "Spouse"), family.spouse.name))
    rows += [(Text("子女", "Child"), child.name) for child in family.children]
    rows += [(Text("通行金鑰", "Passkey"), key.name) for key in identity.passkeys_of(actor.person)]
    return rows


def _case(reference: str, mine: Any) -> str:
    current = mine.case.current
    amount = written(current.amount) if current and current.amount else ""
    return " · ".join(part for part in (reference, amount, mine.account or "") if part)


def _moment(at: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(at)):%Y-%m-%d %H:%M}"
