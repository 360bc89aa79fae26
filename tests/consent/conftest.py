import pytest

from consent.family import Family
from idp.provider import Provider


@pytest.fixture
def provider(tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    made = Provider(tmp_path)
    monkeypatch.setattr("minben.identity.clients.identity_provider", made.client)
    return made


@pytest.fixture
def family(db, provider):
    """Two parents taxed separately, their newborn, and the agencies that know about them."""
    return Family(provider)
