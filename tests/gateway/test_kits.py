"""Both kits, as their tutorials show them; answers that come later, told by a signed call."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from agencies.world import MOTHER, RATE, STRANGER
from minben.kit import Later, Recipient, Told, recipient
from minben.kit.caller import NotSigned
from minben.kit.folder import FolderError
from minben.kit.push import Outbox
from minben.kit.types import FactRequest
from minben.protocol.sealing import SealingKey

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "join-as-a-recipient.md"


@pytest.fixture
def desk(streets):
    """The recipient's folder as the tutorial has it."""
    folder = streets.world.folder("child-welfare")
    descriptor = folder / "agency.json"
    told = json.loads(descriptor.read_text())
    told["gateway"] = {
        "url": streets.url,
        "public_key": streets.key.public.text,
        "trust_issuer": streets.issuer.public.text,
    }
    descriptor.write_text(json.dumps(told))
    (folder / "trust.json").write_text("{}")
    return folder


def test_the_recipients_tutorial_is_short_and_its_code_takes_an_answer(
    streets, asked, desk, capsys
):
    text = PAGE.read_text("utf-8")
    assert len(text.splitlines()) <= 40
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict = {}
    exec(code, names)
    opened = names["open_desk"](desk)
    assert opened.ask(RATE, asked.subject, asked.basis, *asked.requests) is None
    assert "tax_rate at_least 20 → False" in capsys.readouterr().out
    opened.close()


def test_a_recipient_hears_why_not_and_its_function_hears_nothing(streets, asked, desk):
    opened, heard = Recipient.load(desk), []
    opened.answers(RATE)(heard.append)
    other = replace(asked.subject, ref=STRANGER.ref, number=STRANGER.number)
    with pytest.raises(recipient.Refused) as refused:
        opened.ask(RATE, other, asked.basis, *asked.requests)
    assert refused.value.key == "not_covered"
    assert set(refused.value.mend) == {"zh", "en"}
    assert heard == []
    opened.close()


def test_a_transfer_is_told_once_however_often_it_is_asked(streets, asked, desk):
    opened, heard = Recipient.load(desk), []
    opened.answers(RATE)(heard.append)
    for _ in range(2):
        assert opened.ask(
            RATE, asked.subject, asked.basis, *asked.requests, transfer=asked.transfer
        ) is None  # fmt: skip
    assert [type(one) for one in heard] == [Told]
    opened.close()


def test_an_answer_that_comes_later_is_told_by_a_signed_call_and_asked_by_the_same_id(
    streets, asked, desk
):
    """202 and Retry-After; then "ready", with no value in it; then the answer, once."""
    provider = streets.world.serving_now["tax"]
    kept = provider.agency.answering[RATE]
    opened, heard = Recipient.load(desk), []
    opened.answers(RATE)(heard.append)

    def ask(transfer=None):
        questions = [FactRequest(r.fact, r.op, r.value, r.month) for r in asked.requests]
        return opened.ask(RATE, asked.subject, asked.basis, *questions, transfer=transfer)

    provider.agency.answering[RATE] = lambda subject, request: Later(60)
    try:
        waits = ask()
        assert waits is not None
        assert ask(waits) == waits
        answer = streets.send(streets.sealed(asked))
        assert (answer.status_code, answer.headers["retry-after"]) == (202, "60")
        assert streets.lane()[-1]["details"]["transfer"] not in (waits, asked.transfer)
    finally:
        provider.agency.answering[RATE] = kept
    assert provider.ready(RATE, MOTHER.number) == 2
    Outbox(provider.folder).deliver()
    told = json.loads(streets.world.pushed[-1][1])
    assert told["kind"] == "ready"
    assert waits in told["transfers"]
    assert told["persons"] == []
    assert heard == []
    assert ask(waits) is None
    assert ask(waits) is None
    assert len(heard) == 1
    assert provider.ready(RATE, MOTHER.number) == 1  # the other one still waits
    opened.close()


def test_what_was_sealed_to_another_key_is_refused_with_the_field(streets, asked):
    named = replace(asked, answer_key=SealingKey.generate().public)
    body = json.dumps(named.sealed_json(SealingKey.generate().public)).encode()
    answer = streets.send(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["key"] == "not_sealed_to_us"
    assert answer.json()["error"]["field"] == "subject.sealed"


def test_a_recipient_without_a_way_says_what_is_missing(streets, tmp_path, asked, desk):
    told = json.loads((desk / "agency.json").read_text())
    (desk / "agency.json").write_text(json.dumps({**told, "gateway": None}))
    with pytest.raises(FolderError, match="gateway"):
        Recipient.load(desk)
    told["gateway"]["public_key"] = SealingKey.generate().public.text
    (desk / "agency.json").write_text(json.dumps(told))
    opened = Recipient.load(desk)
    with pytest.raises(NotSigned):
        opened.ask(RATE, asked.subject, asked.basis, *asked.requests)
    opened.close()
