"""`minben decide pack.decision` and its schemas: the exit codes and errors of every decision."""

import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minben.packs import case_load
from minben.packs.inheritance.estate import ESTATE

FAMILY = {
    "subject": "father",
    "persons": {
        "father": {"died_on": "2025-01-15", "spouse": "widow", "is_national": True},
        "widow": {},
        "son": {"mother": "widow", "father": "father", "birth_date": "1990-01-01"},
    },
}
ARGUMENTS = ("inheritance.shares", "--on", "2025-06-01", "--facts", "-")


def document(facts) -> bytes:
    return json.dumps(facts).encode()


def test_a_family_is_divided_with_exit_code_0(run):
    ran = run("decide", *ARGUMENTS, stdin=document(FAMILY))
    assert ran.code == 0
    shares = {s["person"]: s["share"] for s in ran.json["shares"]}
    assert shares == {key: {"numerator": 1, "denominator": 2} for key in ("widow", "son")}
    assert ran.json["case_only"] is True


def test_an_unknown_day_of_death_is_asked_for_with_exit_code_3(run):
    facts = {"subject": "father", "persons": {"father": {}}}
    ran = run("decide", *ARGUMENTS, stdin=document(facts))
    assert ran.code == 3
    assert [n["key"] for n in ran.json["needed"]] == ["father.died_on"]


@pytest.mark.parametrize("key", case_load.known())
def test_every_example_meets_the_printed_schemas(run, key):
    schema = run("facts", key).json
    jsonschema.Draft202012Validator.check_schema(schema)
    answers = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/answer"})
    facts = jsonschema.Draft202012Validator(schema)
    decision = case_load.decision(key)
    for example in decision.examples:
        facts.validate(example.facts)
        answers.validate(decision.decide(example.facts, example.on))


@pytest.mark.parametrize(
    ("arguments", "stdin", "field"),
    [
        (("inheritance.shares", "--on", "2025-06", "--facts", "-"), b"{}", "--on"),
        (("inheritance.shares", "--facts", "-"), b"{}", "--on"),
        (("inheritance.nothing", "--on", "2025-06-01", "--facts", "-"), b"{}", "PACK"),
        (("inheritance", "--on", "2025-06-01", "--facts", "-"), b"{}", "PACK"),
        (ARGUMENTS, b"{}", "persons"),
        ((*ARGUMENTS, "--subject", "x"), document(FAMILY), "--subject"),
        (ARGUMENTS, b'{"subject": "a", "persons": {"a": {"died": 1}}}', "persons.a.died"),
    ],
)
def test_bad_input_is_one_json_error_with_exit_code_2(run, arguments, stdin, field):
    ran = run("decide", *arguments, stdin=stdin)
    assert ran.code == 2
    assert ran.json["error"]["field"] == field
    assert ran.json["error"]["mend"].keys() == {"zh", "en"}


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.sampled_from(["2025-01-15", "1990-02-29", "0001-01-01", "9999-12-31", "p", "q", "r", ""])
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "value", "to", "on", "claimed", "at_least"]), inner
        )
    ),
    max_leaves=5,
)
READ = ("name", "mother", "father", "adoptive_father", "spouse", "birth_date", "died_on",
        "renounced_on", "disqualified", "is_national", "supported_by_decedent")  # fmt: skip
persons = st.dictionaries(
    st.sampled_from(["p", "q", "r", "s"]), st.dictionaries(st.sampled_from(READ), values)
)
estates = st.dictionaries(st.sampled_from([*ESTATE, "gold"]), values) | values


@pytest.mark.slow
@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    key=st.sampled_from(case_load.known()),
    persons=persons | values,
    died=st.dates().map(str),
    estate=estates,
    on=st.dates().map(str),
)
def test_no_garbage_makes_a_traceback(run, key, persons, died, estate, on):
    if isinstance(persons, dict) and isinstance(persons.get("p"), dict):
        persons["p"].setdefault("died_on", died)
        persons["p"].setdefault("is_national", True)
    facts = {"subject": "p", "persons": persons, "estate": estate}
    ran = run("decide", key, "--on", on, "--facts", "-", stdin=document(facts))
    assert ran.code in (0, 2, 3)
    assert ("error" in ran.json) == (ran.code == 2)
