"""A provider under load, its health, and the exports it keeps no longer than needed."""

import os
import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.world import MOTHER
from minben.base.month import Month
from minben.kit import compare, provider
from minben.kit.folder import write_json
from minben.kit.types import FactAnswer, FactRequest
from minben.law.spells import in_period
from minben.law.vocabulary import Spell

# Every test starts servers of its own.
pytestmark = pytest.mark.slow

HOUSEHOLD = "household-registration/register/person/v1"


def test_more_at_once_than_it_can_carry_are_asked_to_come_back(world, monkeypatch):
    agreement = world.agreement()
    body = world.transfer(agreement, world.signature(agreement, MOTHER))
    with world.serving("tax"):
        monkeypatch.setattr(provider, "MOST_AT_ONCE", 0)
        busy = world.ask("tax", body)
        monkeypatch.undo()
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "1")
        assert world.ask("tax", body).status_code == 200


def test_health_says_who_is_there_and_what_is_offered_to_anybody(world):
    with world.serving("tax"):
        told = httpx.get(f"{world.urls['tax']}/health", timeout=10).json()
    assert told["agency"] == "tax"
    assert told["datasets"][0]["facts"] == ["tax_rate"]
    assert told["public_key"] == world.public("tax").text


def _ordered(world, mandate, columns, run="7d2f6c1a-3d0e-4b57-9a33-0a5b8c1d2e3f"):
    body = {"run": run, "data_set": HOUSEHOLD, "columns": columns, "month": "2022-09"}
    body |= {"mandate": mandate.to_json(), "signature": world.signed(mandate)}
    return world.ask("household-registration", body, "/exports")


def _fetched(world, mandate, run="7d2f6c1a-3d0e-4b57-9a33-0a5b8c1d2e3f"):
    path = f"/exports/{mandate.id}/{run}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = world.ask("household-registration", b"", path, method="GET")
        if answer.status_code != 202:
            return answer
    raise AssertionError("the export was never finished")


def test_an_export_is_signed_logged_and_deleted_after_a_day(world):
    mandate = world.mandate((HOUSEHOLD, "birth_date"))
    folder = world.folder("household-registration")
    with world.serving("household-registration", "pseudonyms"):
        assert _ordered(world, mandate, ["birth_date"]).status_code == 202
        assert _fetched(world, mandate).content.startswith(b"PAR1")
        for path in folder.glob("exports/*/*"):
            os.utime(path, (0, 0))
        _ordered(world, mandate, ["birth_date"], run="00000000-0000-4000-8000-000000000000")
        _fetched(world, mandate, run="00000000-0000-4000-8000-000000000000")
        assert _fetched(world, mandate).status_code == 404
    assert [line["what"] for line in world.lane("household-registration")] == ["exported"] * 2


@pytest.mark.parametrize("columns", [["mother"], ["birth_date", "name"], ["tax_rate"]])
def test_a_column_outside_the_mandate_is_not_exported(world, columns):
    mandate = world.mandate((HOUSEHOLD, "birth_date"))
    with world.serving("household-registration"):
        answer = _ordered(world, mandate, columns)
    assert answer.json()["error"]["key"] == "not_covered"


def test_an_export_is_not_handed_out_after_its_mandate_was_withdrawn(world):
    mandate = world.mandate((HOUSEHOLD, "birth_date"))
    with world.serving("household-registration", "pseudonyms"):
        _ordered(world, mandate, ["birth_date"])
        assert _fetched(world, mandate).status_code == 200
        world.states[mandate.id] = "withdrawn"
        assert _fetched(world, mandate).json()["error"]["key"] == "revoked"


def test_the_same_run_under_another_mandate_is_logged_too(world):
    first, second = (
        world.mandate((HOUSEHOLD, "birth_date"), (HOUSEHOLD, extra))
        for extra in ("sex", "is_national")
    )
    with world.serving("household-registration", "pseudonyms"):
        for mandate in (first, second):
            _ordered(world, mandate, ["birth_date"])
            assert _fetched(world, mandate).status_code == 200
    logged = [line["mandate"] for line in world.lane("household-registration")]
    assert logged == [first.id, second.id]


def test_a_fact_whose_value_never_leaves_is_not_exported_either(world):
    descriptor = world.descriptor("household-registration")
    descriptor["datasets"][0]["predicates_only"] = ["sex"]
    write_json(world.folder("household-registration") / "agency.json", descriptor)
    with world.serving("household-registration"):
        answer = _ordered(world, world.mandate((HOUSEHOLD, "sex")), ["sex"])
    assert answer.json()["error"]["key"] == "predicate_only"


def test_without_the_pseudonym_authority_nothing_is_exported(world):
    mandate = world.mandate((HOUSEHOLD, "birth_date"))
    with world.serving("household-registration"):
        _ordered(world, mandate, ["birth_date"])
        answer = _fetched(world, mandate)
    assert answer.json()["error"]["key"] == "pseudonyms_unreachable"


DAYS = st.dates(min_value=Month(2022, 6).first_day, max_value=Month(2022, 12).last_day)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "none"]), DAYS, DAYS | st.none()), max_size=5),
    st.integers(7, 11),
)
def test_a_comparison_at_the_agency_equals_one_made_by_the_law(drawn, number):
    month = Month(2022, number)
    kept = [(v, on, until) for v, on, until in drawn if until is None or until >= on]
    starts = {on for _, on, _ in kept}
    if len(starts) < len(kept):
        return  # two spells that begin on one day: the register's own mistake
    spells = tuple(Spell(*one) for one in kept)
    told = [
        {"value": v, "on": on.isoformat(), "until": until and until.isoformat()}
        for v, on, until in kept
    ]
    by_law = in_period(spells, month, "none")
    held = FactAnswer(told, otherwise="none")
    answer = compare.answer(FactRequest("f", "is", "a", month), held)
    assert answer["result"] is ((by_law.value if by_law else "none") == "a")
