"""One town for each test; the bank of the town pays in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from life_events.town import Town
from minben.exchange import asking
from minben.ledger import clients


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> clients.FakeBank:
    """A bank that knows one closed account."""
    fake = clients.FakeBank(frozenset({"009999999999"}))
    monkeypatch.setattr(clients, "bank", lambda: fake)
    return fake


@pytest.fixture
def town(
    db: None,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    bank: clients.FakeBank,
) -> Town:
    """Mother, father and a newborn; the lists of childcare places are known by statute."""
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    made = Town(tmp_path)
    monkeypatch.setattr(asking, "call", lambda view, client: made.answer(view, client))
    return made
