"""Plays one family's story against the running platform: what a person does, over HTTP.

Run by `minben demo story`, as a program of its own so that Django is made ready first. Pages are
opened and forms sent as a browser without script would; what the story then reports is read from
the rooms' own queries, and the proof is checked by `minben verify`, which knows no Django.
"""

# isort: off
from minben.demo import django_ready  # noqa: F401 first: rooms cannot be imported before
# isort: on

import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from minben.base.month import Month
from minben.consent.queries import document
from minben.demo.bootstrap import persons
from minben.demo.passing import pass_until
from minben.demo.telling import Told
from minben.demo.visitor import Lost, Page, Visitor
from minben.facts.catalogue import FACTS
from minben.identity.actions import find_or_create_person
from minben.identity.queries import actor_of
from minben.identity.types import Actor
from minben.jobs import clock
from minben.jobs.queries import open_jobs
from minben.ledger import queries as ledger
from minben.life_events import queries
from minben.life_events.types import MyCaseView, OfferView
from minben.registry.queries import agency_name
from minben.trail import queries as trail

ASKING = "exchange.transfer"  # the job that asks an agency
PATIENCE = 600.0  # seconds for what other processes do
T = TypeVar("T")


def play(told: Told) -> None:
    """From the offer to the proof; each step writes what it found into `told`."""
    family = {one["key"]: one for one in persons()["families"][0]["members"]}
    mother, father = family["newborn-mother"], family["newborn-father"]
    actor = _actor(mother)
    offer = _await("the offer", lambda: _first_offer(actor))
    _tell_offer(told, offer)
    with Visitor(settings.ORIGIN) as browser:
        sign_in(browser, mother)
        agreement = _take_up(browser, offer, mother, actor)
        if agreement:
            _tell_agreement(told, agreement)
            sign_agreement(browser, agreement, mother)
            told.signed_by.append(mother["name"]["zh"])
        if {ask.about for ask in offer.asks} - {actor.person}:
            _second_signature(told, father)
        case = _await("the decision", lambda: _decided(actor))
        _tell_decision(told, case)
        _tell_payment(told, case)
        _tell_proof(told, browser, mother)


def sign_in(browser: Visitor, person: dict[str, Any], method: str = "citizen_certificate") -> Page:
    """Sign in with a card, through the identity provider and back."""
    page = browser.get("/sign-in")
    chosen = page.form("method")
    return show_card(browser, browser.submit(page, chosen, {"method": method}), person, method)


def show_card(browser: Visitor, page: Page, person: dict[str, Any], method: str) -> Page:
    """At the identity provider: choose the method if asked, then card and PIN."""
    (way,) = [one for one in person["sign_in"] if one["method"] == method]
    if not any(form.offers("pin") for form in page.forms):
        page = browser.submit(page, page.form("method"), {"method": method})
    return browser.submit(page, page.form("pin"), {"serial": way["card"], "pin": way["pin"]})


def sign_agreement(
    browser: Visitor, agreement: str, person: dict[str, Any], verb: str = "accept"
) -> Page:
    """Read an agreement and sign it with the card."""
    page = browser.get(f"/agreements/{agreement}")
    for form in page.forms:
        if form.fields.get("verb") == verb:
            return show_card(browser, browser.submit(page, form), person, "citizen_certificate")
    raise Lost(f"{page.url} ({page.status}): no form to {verb}")


def _take_up(
    browser: Visitor, offer: OfferView, person: dict[str, Any], actor: Actor
) -> str | None:
    page = browser.get("/for-you")
    page = browser.get(page.link(f"/offers/{offer.uuid}"))
    page = browser.get(page.link("/check"))
    account = person["account"]
    after = browser.submit(page, page.form("pay_to"), {"pay_to": "other", **account})
    if after.status >= 400:
        raise Lost(f"{after.url} ({after.status}): {after.text[:600]}")
    taken = queries.offer(actor, offer.uuid)
    return taken.agreement


def _second_signature(told: Told, father: dict[str, Any]) -> None:
    with Visitor(settings.ORIGIN) as browser:
        sign_in(browser, father)
        page = browser.get("/agreements")
        agreement = page.link("/agreements/").rsplit("/", 1)[-1]
        sign_agreement(browser, agreement, father)
        told.signed_by.append(father["name"]["zh"])


def _first_offer(actor: Actor) -> OfferView | None:
    return next(iter(queries.for_you(actor)), None)


def _decided(actor: Actor) -> MyCaseView | None:
    for mine in queries.my_cases(actor):
        if mine.case.decisions:
            return mine
    return None


def _tell_offer(told: Told, offer: OfferView) -> None:
    told.offers.append(offer.headline.to_json() | {"state": offer.state})
    by_article: dict[str, list[str]] = {}
    for one in offer.known:
        by_article.setdefault(one.article.zh, []).append(one.text.zh)
    told.known = [f"{'、'.join(facts)}（{article}）" for article, facts in by_article.items()]
    told.not_asked = [f"{one.zh}｜{one.en}" for one in offer.not_asked]
    told.asked = [
        {
            "key": ask.key,
            **ask.text.to_json(),
            "provider": ask.provider.zh,
            "only_yes_no": ask.only_yes_no,
            "about": ask.about_name,
        }
        for ask in offer.asks
    ]


def _tell_agreement(told: Told, agreement: str) -> None:
    """What the agreement asks besides the offer's questions: whose the account is."""
    asked = {one["key"] for one in told.asked}
    for request in document(agreement).facts:
        if any(request.fact in key for key in asked):
            continue
        words = FACTS[request.fact].name
        told.asked.append(
            {
                "key": request.fact,
                **words.to_json(),
                "provider": agency_name(request.data_set.split("/")[0]).zh,
                "only_yes_no": request.op != "value",
                "about": "",
            }
        )


def _tell_decision(told: Told, mine: MyCaseView) -> None:
    decision = mine.case.current or mine.case.decisions[0]
    told.reference = mine.case.reference
    told.decision = decision.reason.to_json() | {"status": decision.status}
    told.amount = decision.amount


def _tell_payment(told: Told, mine: MyCaseView) -> None:
    """Let days pass until the monthly run has paid; at most two months."""
    _await("the agencies' answers", lambda: None if open_jobs(kind=ASKING) else True)
    goal = (Month.of(clock.today()) + 2).last_day
    for _ in pass_until(goal, until=lambda: _paid(mine.case.reference) is not None):
        pass
    paid = _await("the payment", lambda: _paid(mine.case.reference))
    told.payment = paid


def _paid(reference: str) -> dict[str, Any] | None:
    for payment in ledger.payments_of(reference):
        if payment.state == "paid":
            line = (
                f"{payment.paid_on} · {payment.month} · NT$ {payment.amount:,} → {payment.account}"
            )
            return {"line": line, "amount": payment.amount, "month": str(payment.month)}
    return None


def _tell_proof(told: Told, browser: Visitor, person: dict[str, Any]) -> None:
    _await("the trail", lambda: True if trail.waiting_count() == 0 else None)
    bundle = Path(settings.VAR) / "bundle.json"
    bundle.write_bytes(browser.fetch("/trail/bundle.json"))
    done = subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "minben", "verify", str(bundle)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (done.stdout or done.stderr).strip().splitlines()
    words = "查證無誤 verified: " if done.returncode == 0 else "查證不符 broken: "
    told.proof = {"verified": done.returncode == 0, "words": words + lines[0].strip()}


def _actor(person: dict[str, Any]) -> Actor:
    found = find_or_create_person(number=person["number"], on=clock.today())
    return actor_of(found.uuid)


def _await(what: str, look: Callable[[], T | None]) -> T:
    """Look until something is there; Lost names what did not come."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Lost(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.5)
    return found


if __name__ == "__main__":
    story = Told(on=str(clock.today()), month=sys.argv[1])
    try:
        play(story)
    except Exception as failure:
        story.stopped_at = f"{type(failure).__name__}: {failure}"
        traceback.print_exc()
    Path(sys.argv[2]).write_text(story.to_json(), "utf-8")
