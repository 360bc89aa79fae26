"""Whatever comes in, a provider answers with field, mistake and mend — and never with a 500."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.world import MOTHER, World

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def tax(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("fuzz"))
    agreement = world.agreement(frequency="unlimited")
    good = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        yield world, good


def _check(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code != 200:
        error = answer.json()["error"]
        for words in (error["mistake"], error["mend"]):
            assert words["zh"]
            assert words["en"]


def _paths(value, at=()):
    yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*at, name))
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _paths(inner, (*at, i))


def _replaced(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.slow
@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_place_of_a_good_request_may_hold_anything(tax, data):
    world, good = tax
    path = data.draw(st.sampled_from(list(_paths(good))))
    wrong = _replaced(good, path, data.draw(JSONS))
    _check(world.ask("tax", json.dumps(wrong).encode()))


@pytest.mark.slow
@given(body=st.binary(max_size=200))
@settings(max_examples=20, deadline=None)
def test_any_bytes_may_come(tax, body):
    world, _ = tax
    for path in ("/transfers", "/revocations", "/exports"):
        _check(world.ask("tax", body, path))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"transfer": 1, "transfer": 2}',
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b"{" + b" " * 1_100_000 + b"}",
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_breaks_readers_breaks_nothing(tax, body):
    world, _ = tax
    _check(world.ask("tax", body))


def test_the_wrong_field_is_named(tax):
    world, good = tax
    wrong = _replaced(good, ("subject", "number"), "A123456780")
    error = world.ask("tax", wrong).json()["error"]
    assert error["field"] == "subject.number"
    unknown = {**good, "employer": True}
    assert world.ask("tax", unknown).json()["error"]["field"] == "employer"
    missing = {name: value for name, value in good.items() if name != "basis"}
    assert world.ask("tax", missing).json()["error"]["field"] == "basis"


def test_a_signed_message_is_taken_only_once(tax):
    world, good = tax
    first = world.ask("tax", good)
    headers = {
        name: first.request.headers[name]
        for name in ("signature", "signature-input", "content-digest", "content-type")
    }
    again = world.ask("tax", good, headers=headers)
    assert (again.status_code, again.json()["error"]["key"]) == (409, "replayed")
