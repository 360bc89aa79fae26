"""Whoever tries too often waits, whichever process they meet, and is told how long."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from minben.base.refusal import Refused
from minben.identity import limits
from minben.identity.models import Tries


def exhausted(what: str, address: str) -> Refused:
    for _ in range(limits._TRIES[what][0]):
        limits.count(what, address)
    with pytest.raises(Refused, match="too_many_tries") as refused:
        limits.count(what, address)
    return refused.value


@pytest.mark.django_db
def test_tries_are_counted_in_the_database_and_no_address_stands_there() -> None:
    refused = exhausted("passkey", "192.0.2.7")
    assert 0 < refused.details["retry_after"] <= 301  # type: ignore[operator]
    assert refused.details["minutes"] in (5, 6)
    assert "192.0.2.7" not in Tries.objects.get().key
    limits.count("passkey", "192.0.2.8")
    Tries.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    limits.count("passkey", "192.0.2.7")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_processes_side_by_side_share_one_count() -> None:
    refusals = []

    def knock() -> None:
        for _ in range(15):
            try:
                limits.count("passkey", "192.0.2.7")
            except Refused:
                refusals.append(1)
        connection.close()

    knocking = [threading.Thread(target=knock) for _ in range(2)]
    for one in knocking:
        one.start()
    for one in knocking:
        one.join()
    assert Tries.objects.get().count == 30
    assert len(refusals) == 10


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hant", "嘗試太多次"), ("en", "Too many")])
def test_signing_in_too_often_is_429_with_words_and_a_time(language: str, words: str) -> None:
    exhausted("sign_in", "127.0.0.1")
    page = Client(headers={"Accept-Language": language}).post("/sign-in", {"method": "nhi_card"})
    assert page.status_code == 429
    assert words in page.content.decode()
    assert int(page.headers["Retry-After"]) > 0


@pytest.mark.django_db
def test_deciding_too_often_is_429_with_words_and_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(limits._TRIES, "decide", (2, 60))
    question = {"month": "2022-09", "subject": "x", "persons": {"x": {}}}
    answers = [
        Client().post("/api/decide/none", json.dumps(question), content_type="application/json")
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    told = answers[-1].json()
    assert told["error"] == "identity.too_many_tries"
    assert "分鐘" in told["message"]["zh"]
    assert "minute" in told["message"]["en"]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
