import pytest
from django.core.cache import cache

from idp.provider import Provider


@pytest.fixture
def provider(tmp_path, settings, monkeypatch):
    """The identity provider of this test, trusted by the platform."""
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    made = Provider(tmp_path)
    monkeypatch.setattr("minben.identity.clients.identity_provider", made.client)
    return made


@pytest.fixture(autouse=True)
def fresh_limits():
    """Tries of one test do not count in the next."""
    cache.clear()
