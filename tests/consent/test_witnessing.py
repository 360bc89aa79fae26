"""Somebody with no credential at all is served at the counter, and signs before two officials."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from consent.family import Family
from idp.provider import CLERK, FATHER, OFFICER, PIN, serial
from minben.consent import actions, models, queries
from minben.facts.catalogue import TAX
from minben.identity import queries as people
from minben.identity.types import Actor
from minben.protocol import evidence as proof
from minben.protocol.agreement import Party
from minben.protocol.keys import SigningKey
from minben.registry import queries as data_sets
from minben.registry.models import DataSet
from minben.trail.models import Disclosure
from portal.visiting import browser_of

PAPER = {"document": "national_id_card", "number": FATHER, "name": "示例父", "compared": "yes"}


@pytest.fixture
def counter(family: Family, settings: Any) -> Family:
    """The tax office takes witnessed signatures too."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    methods = ["nhi_card", "citizen_certificate", "witnessed"]
    DataSet.objects.filter(key=TAX).update(methods=methods)
    return family


def browser(actor: Actor) -> Client:
    return browser_of(people.person(actor.person))


def received(family: Family) -> tuple[Client, Client]:
    """The father stands at the counter and both officials vouched for it."""
    clerk, second = browser(family.clerk), browser(family.officer)
    assert clerk.post("/counter/present", PAPER).status_code == 302
    (present,) = people.presences_of(family.clerk.person)
    second.post(f"/counter/witness/{present.uuid}", {"last_four": FATHER[-4:]})
    assert clerk.post(f"/counter/present/{present.uuid}/serve").url == "/counter"
    return clerk, second


def go(family: Family, client: Client, address: str, number: str) -> str:
    """Through the identity provider and back, with one's own card."""
    back = urlsplit(family.provider.walk(address, number))
    return str(client.get(f"{back.path}?{back.query}").url)


def test_nothing_is_shown_before_a_second_official_has_compared_too(counter: Family) -> None:
    clerk, second = browser(counter.clerk), browser(counter.officer)
    clerk.post("/counter/present", PAPER)
    (present,) = people.presences_of(counter.clerk.person)
    assert clerk.post(f"/counter/present/{present.uuid}/serve").status_code == 409
    own = clerk.post(f"/counter/witness/{present.uuid}", {"last_four": FATHER[-4:]})
    assert own.status_code == 403
    assert "示例父" in second.get("/counter/witness").content.decode()
    wrong = second.post(f"/counter/witness/{present.uuid}", {"last_four": "0000"})
    assert wrong.status_code == 422
    second.post(f"/counter/witness/{present.uuid}", {"last_four": FATHER[-4:]})
    assert clerk.post(f"/counter/present/{present.uuid}/serve").url == "/counter"
    assert "正在服務 示例父" in clerk.get("/counter").content.decode()
    verbs = set(Disclosure.objects.filter(subject=counter.father.person).values_list("verb"))
    assert {("identity.presence_claimed",), ("identity.presence_confirmed",)} <= verbs


def test_two_officials_witness_and_every_provider_can_check_it(counter: Family) -> None:
    view = counter.proposed()
    clerk, second = received(counter)
    leaving = clerk.post(f"/agreements/{view.id}/sign", {"verb": "accept"})
    assert go(counter, clerk, leaving.url, CLERK) == f"/agreements/{view.id}"
    assert queries.evidence_for(view.id) == []
    assert "等第二位同仁見證" in clerk.get(f"/agreements/{view.id}").content.decode()
    ((waiting, name, verb),) = queries.witnessings_at(
        "child-welfare", besides=counter.officer.person
    )
    assert (name, verb) == ("示例父", "accept")
    assert clerk.post(f"/counter/witness/{waiting}/sign").status_code == 403
    leaving = second.post(f"/counter/witness/{waiting}/sign")
    assert go(counter, second, leaving.url, OFFICER) == "/counter/witness"
    (signature,) = queries.evidence_for(view.id)
    (shown,) = queries.agreement(view.id).signatures
    assert (shown.method, shown.assisted_by) == ("witnessed", counter.clerk.person)
    office = SigningKey.load(counter.provider.folder.parents[1] / "keys" / "approver").public
    proven = proof.verify(
        signature,
        view.agreement,
        key_of={counter.provider.key.key_id: counter.provider.key.public}.get,
        rp_ids=(),
        origins=(),
        office_of={office.key_id: office}.get,
    )
    salt = people.number_salt(counter.father.person)
    assert proven.number_digest == proof.number_digest(salt, FATHER)
    told = Disclosure.objects.filter(subject=counter.father.person).values_list("verb", flat=True)
    assert {"consent.witnessed_first", "consent.shown_to_witness", "consent.witnessed_second",
            "consent.accepted"} <= set(told)  # fmt: skip
    assert not models.Witnessing.objects.filter(ended_at=None).exists()


def test_the_clerks_card_does_not_make_the_second_hand(counter: Family) -> None:
    view = counter.proposed()
    clerk, second = received(counter)
    leaving = clerk.post(f"/agreements/{view.id}/sign", {"verb": "accept"})
    go(counter, clerk, leaving.url, CLERK)
    ((waiting, _, _),) = queries.witnessings_at("child-welfare", besides=counter.officer.person)
    leaving = second.post(f"/counter/witness/{waiting}/sign")
    told = counter.provider.browser.post(
        "/sign-in",
        data={
            "request": leaving.url.partition("request=")[2],
            "method": "nhi_card",
            "serial": serial(CLERK, "nhi_card"),
            "pin": PIN,
            "lang": "zh",
        },
    )
    assert told.status_code == 422
    assert queries.evidence_for(view.id) == []


def test_nobody_witnesses_what_they_have_a_part_in(counter: Family) -> None:
    def naming(official: Actor) -> str:
        terms = counter.terms()
        parties = (*terms.parties, Party("agent", official.ref))
        return actions.propose(agreement=replace(terms, parties=parties), by="person:x").id

    clerk, second = received(counter)
    refused = clerk.post(f"/agreements/{naming(counter.clerk)}/sign", {"verb": "accept"})
    assert refused.status_code == 403
    agreed = naming(counter.officer)
    leaving = clerk.post(f"/agreements/{agreed}/sign", {"verb": "accept"})
    go(counter, clerk, leaving.url, CLERK)
    row = models.Witnessing.objects.get(ended_at=None)
    assert second.post(f"/counter/witness/{row.uuid}/sign").status_code == 403
    assert queries.evidence_for(agreed) == []


def test_a_provider_that_does_not_name_it_takes_no_witnessed_signature(counter: Family) -> None:
    DataSet.objects.filter(key=TAX).update(methods=[])
    assert data_sets.accepts([TAX], "nhi_card")
    assert not data_sets.accepts([TAX], "witnessed")
    view = counter.proposed()
    clerk, _ = received(counter)
    refused = clerk.post(f"/agreements/{view.id}/sign", {"verb": "accept"})
    assert refused.status_code == 409
    assert queries.evidence_for(view.id) == []


def test_who_is_no_official_neither_receives_nor_vouches(counter: Family) -> None:
    mother, clerk = browser(counter.mother), browser(counter.clerk)
    assert mother.post("/counter/present", PAPER).status_code == 403
    assert mother.get("/counter/witness").status_code == 403
    clerk.post("/counter/present", PAPER)
    (present,) = people.presences_of(counter.clerk.person)
    answer = mother.post(f"/counter/witness/{present.uuid}", {"last_four": FATHER[-4:]})
    assert answer.status_code == 403
    own = {**PAPER, "number": CLERK}
    assert clerk.post("/counter/present", own).status_code in (403, 409)
    assert clerk.post("/counter/present", {**PAPER, "compared": ""}).status_code == 422
