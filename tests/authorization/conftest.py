import pytest

from authorization.relying_party import RelyingParty
from consent.family import Family
from idp.provider import Provider
from minben.identity import queries as identity
from minben.trail.models import Disclosure
from portal.visiting import browser_of


@pytest.fixture(autouse=True)
def keys(tmp_path, settings):
    """Signing keys of this test alone."""
    settings.AUTHORIZATION_KEYS = tmp_path / "tokens"


@pytest.fixture
def provider(tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    made = Provider(tmp_path)
    monkeypatch.setattr("minben.identity.clients.identity_provider", made.client)
    return made


@pytest.fixture
def server(live_server, settings):
    """A live server on a free port; its issuer."""
    settings.ORIGIN = live_server.url.replace("127.0.0.1", "localhost")
    return settings.ORIGIN


@pytest.fixture
def family(db, provider):
    """Two parents, their newborn, and the agencies: tax, household, child-welfare."""
    return Family(provider)


@pytest.fixture
def library(family):
    """A client of child-welfare that may carry agreements."""
    return RelyingParty()


@pytest.fixture
def mother(family):
    """The mother's browser, signed in with her citizen certificate."""
    return browser_of(identity.person(family.mother.person))


@pytest.fixture
def reasons(db):
    """Why requests were refused, as the trail has it."""

    def told():
        rows = Disclosure.objects.filter(verb="authorization.refused").order_by("recorded_at")
        return [row.payload for row in rows]

    return told
