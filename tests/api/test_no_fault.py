"""Whatever is sent, the API never breaks: requests are made up from its own OpenAPI."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's transaction lives on one connection: requests must not close it as too old."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_nothing_that_is_sent_makes_the_platform_fail(case):
    answer = case.call()
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.headers.get("content-type", [""])[0].startswith(
        "application/json"
    ):
        assert set(answer.json()["message"]) == {"zh", "en"}
