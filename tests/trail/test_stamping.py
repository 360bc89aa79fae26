"""A time-stamp authority says when the log existed; `minben verify` believes a trusted one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from minben.demo.tsa.authority import Authority
from minben.protocol.keys import b64, unb64
from minben.trail import log
from minben.trail.sequencer import sequence_once
from minben.trail.stamping import stamp_once
from minben.verify.command import verify
from trail.story import bundle_of, use

pytestmark = pytest.mark.django_db


class Desk:
    """An authority without a network; it can be away, or answer nonsense."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.says: bytes | None = None

    def stamp(self, url: str, request: bytes) -> bytes:
        if self.says is not None:
            return self.says
        return self.authority.answer(request, at=datetime(2026, 11, 22, 6, 0, tzinfo=UTC))


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Desk:
    settings.TIME_STAMP_URL, settings.STAMP_EVERY = "http://stamps/", 2
    return Desk(tmp_path / "tsa")


def verified(folder: Path, told: dict[str, Any], roots: Path) -> Result:
    path = folder / "bundle.json"
    path.write_text(json.dumps(told))
    options = ["--key", log.public_key().text, "--tsa-roots", str(roots)]
    return CliRunner().invoke(verify, [str(path), *options])


def test_every_nth_checkpoint_is_stamped_and_later_ones_continue_it(
    desk: Desk, tmp_path: Path
) -> None:
    person, roots = uuid4(), tmp_path / "tsa" / "root.pem"
    stamped = []
    for n in range(5):
        use(person, n=n)
        sequence_once()
        stamped.append(stamp_once(desk))
    assert stamped == [True, False, True, False, True]
    use(person)
    sequence_once()
    told = bundle_of(person)
    good = verified(tmp_path, told, roots)
    assert good.exit_code == 0, good.output
    assert "existed at 2026-11-22T06:00:00Z" in good.output
    stamp = told["stamp"]
    for field, value in (
        ("token", b64(unb64(stamp["token"])[:-8] + bytes(8))),
        ("checkpoint", told["checkpoint"]),
        ("consistency", []),
    ):
        wrong = {**told, "stamp": {**stamp, field: value}}
        broken = verified(tmp_path, wrong, roots)
        assert broken.exit_code == 1, field
        assert "time stamp is false" in broken.output


def test_an_authority_that_the_verifier_does_not_trust_proves_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    person = uuid4()
    use(person)
    sequence_once()
    stamp_once(desk)
    Authority(tmp_path / "other")
    assert verified(tmp_path, bundle_of(person), tmp_path / "other" / "root.pem").exit_code == 1
    assert verified(tmp_path, bundle_of(person), tmp_path / "tsa" / "key.pem").exit_code == 2


def test_an_authority_that_is_away_or_talks_nonsense_delays_nothing(desk: Desk) -> None:
    person = uuid4()
    use(person)
    sequence_once()
    refusal = desk.authority.answer(b"nonsense", at=datetime.now(UTC))
    for desk.says in (b"", b"nonsense", refusal):
        assert not stamp_once(desk)
    assert bundle_of(person)["stamp"] is None
    desk.says = None
    assert stamp_once(desk)


def test_no_authority_is_asked_when_none_is_set(desk: Desk, settings: Any) -> None:
    settings.TIME_STAMP_URL = ""
    use(uuid4())
    sequence_once()
    assert not stamp_once(desk)
