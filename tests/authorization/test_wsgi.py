"""What programs call goes past the pages' middleware, and answers the same."""

import io
import json

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from minben.config.wsgi import application


@pytest.fixture(autouse=True)
def connection_of_the_test(db):
    """As Django's own test client does: the test's transaction outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def called(path, method="POST", body=b""):
    told = {}

    def start(status, headers):
        told["status"], told["headers"] = status, dict(headers)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    told["body"] = b"".join(application(environ, start))
    return told


def test_a_programs_call_gets_no_cookie_and_the_same_refusal():
    told = called("/oauth/token", body=b"grant_type=authorization_code")
    assert told["status"].startswith("401")
    assert json.loads(told["body"])["error"] == "invalid_client"
    assert told["headers"]["X-Content-Type-Options"] == "nosniff"
    assert told["headers"]["Content-Length"] == str(len(told["body"]))
    assert "Set-Cookie" not in told["headers"]
    assert "DPoP-Nonce" in told["headers"]


def test_a_page_still_goes_through_the_pages_middleware():
    told = called("/accessibility", method="GET")
    assert "Content-Security-Policy" in told["headers"]
