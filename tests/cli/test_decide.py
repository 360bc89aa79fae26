"""`minben decide` and `minben facts`: answers, schemas, exit codes, mistakes in both languages."""

import json
import math

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minben.facts.catalogue import FACTS

ARGUMENTS = ("childcare", "--on", "2022-09", "--facts", "-")


def document(situation) -> bytes:
    return json.dumps(situation).encode()


def test_a_known_family_is_decided_with_exit_code_0(run, known):
    ran = run("decide", *ARGUMENTS, stdin=document(known))
    assert ran.code == 0
    answer = ran.json
    assert (answer["status"], answer["scheme"], answer["amount"]) == ("due", "allowance", 5000)
    assert answer["reason"]["text"].keys() == {"zh", "en"}
    assert answer["citations"]
    assert answer["trace"]["variable"] == "support"
    assert answer["rules_hash"].startswith("sha-256:")


def test_a_missing_fact_is_named_as_a_question_with_exit_code_3(run, family):
    ran = run("decide", *ARGUMENTS, stdin=document(family))
    assert ran.code == 3
    answer = ran.json
    assert answer["status"] == "open"
    assert [n["key"] for n in answer["needed"]] == ["father.tax_rate>=20"]
    assert answer["facts_needed"] == ["father.tax_rate"]
    assert {o["amount"] for o in answer["outcomes"]} == {5000, None}
    assert "child.weekly_care_hours" in answer["not_needed"]
    assert "father.parental_leave_benefit" in answer["not_needed"]


def test_in_2024_no_tax_rate_is_asked(run, family):
    del family["persons"]["mother"]["tax_rate"]
    arguments = ("childcare", "--on", "2024-02", "--facts", "-")
    ran = run("decide", *arguments, stdin=document(family))
    assert ran.code == 0
    assert ran.json["amount"] == 5000
    assert {"mother.tax_rate", "father.tax_rate"} <= set(ran.json["not_needed"])


def test_facts_can_stand_in_a_file_and_the_subject_on_the_command_line(run, known, tmp_path):
    file = tmp_path / "family.json"
    del known["subject"]
    file.write_bytes(document(known))
    arguments = ("childcare", "--on", "2022-09", "--facts", str(file))
    assert run("decide", *arguments, "--subject", "child").code == 0
    assert run("decide", *arguments).json["error"]["field"] == "subject"
    assert run("decide", *arguments, "--subject", "x").json["error"]["field"] == "--subject"


@pytest.mark.parametrize(
    ("arguments", "stdin", "field"),
    [
        (("childcare", "--on", "2022-13", "--facts", "-"), b"{}", "--on"),
        (("childcare", "--on", "2018-07", "--facts", "-"), b"{}", "--on"),
        (("childcare", "--facts", "-"), b"{}", "--on"),
        (("childcare", "--on", "2022-09"), b"", "--facts"),
        (("childcare", "--on", "2022-09", "--facts", "/nowhere"), b"", "--facts"),
        (("nursing", "--on", "2022-09", "--facts", "-"), b"{}", "PACK"),
        (("childcare", "--colour", "red"), b"", "--colour"),
        ((), b"", "PACK"),
        (ARGUMENTS, b"\xff", "--facts"),
        (ARGUMENTS, b"[" * 100_000, "--facts"),
        (ARGUMENTS, b"9" * 5_000, "--facts"),
        (ARGUMENTS, b"[]", "--facts"),
        (ARGUMENTS, b'{"subject": "a", "subject": "b"}', "subject"),
        (ARGUMENTS, b'{"subject": NaN}', "--facts"),
        (ARGUMENTS, b"{}", "persons"),
        (ARGUMENTS, b'{"subject": "\\ud800", "persons": {}}', "subject"),
        (
            ARGUMENTS,
            b'{"subject": "c", "persons": {"c": {"care": "home"}}}',
            "persons.c.care",
        ),
        (
            ARGUMENTS,
            b'{"subject": "c", "persons": {"c": {"shoe_size": 3}}}',
            "persons.c.shoe_size",
        ),
    ],
)
def test_a_mistake_names_field_and_mend_in_both_languages(run, arguments, stdin, field):
    ran = run("decide", *arguments, stdin=stdin)
    assert ran.code == 2
    error = ran.json["error"]
    assert error["field"] == field
    assert all(error[part][language] for part in ("mistake", "mend") for language in ("zh", "en"))


def test_the_schemas_are_valid_and_hold_for_facts_and_answers(run, family, known):
    schema = run("facts", "childcare").json
    jsonschema.Draft202012Validator.check_schema(schema)
    answer = {**schema, "$ref": "#/$defs/answer"}
    for situation in (family, known):
        jsonschema.validate(situation, schema)
        ran = run("decide", *ARGUMENTS, stdin=document(situation))
        jsonschema.validate(ran.json, answer)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"subject": "c", "persons": {"c": {"care": "home"}}}, schema)


def test_each_command_says_what_it_does(run):
    for name, arguments in (
        ("decide", ("--help",)),
        ("facts", ("--help",)),
        ("pack", ("new", "--help")),
        ("pack", ("check", "--help")),
    ):
        ran = run(name, *arguments)
        assert ran.code == 0
        assert len(ran.text.splitlines()) > 5


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False).filter(math.isfinite)
    | st.sampled_from(["2022-07-03", "9999-12-31", "0001-01-01", "none", "public", "low", "p"])
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "on", "until", "at_least", "is", "20", "true"])
            | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
people = st.dictionaries(
    st.sampled_from(["child", "p", "q"]),
    st.dictionaries(st.sampled_from(sorted(FACTS)), json_values, max_size=8) | json_values,
    max_size=3,
)
documents = st.binary(max_size=40) | st.fixed_dictionaries(
    {"subject": st.sampled_from(["child", "p"]) | json_values, "persons": people | json_values}
).map(lambda d: json.dumps(d).encode())
quiet = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quiet
@given(content=documents, month=st.sampled_from(["2022-09", "2024-01"]) | st.text(max_size=8))
def test_no_garbage_makes_a_traceback(run, content, month):
    ran = run("decide", "childcare", f"--on={month}", "--facts", "-", stdin=content)
    assert ran.code in (0, 2, 3)
    assert ("error" in ran.json) == (ran.code == 2)


dates = st.dates().map(str) | st.none()
spells = st.lists(
    st.fixed_dictionaries(
        {"value": st.sampled_from(["public", "quasi_public", "none"]), "on": st.dates().map(str)}
    ),
    max_size=3,
)
children = st.fixed_dictionaries(
    {},
    optional={
        "birth_date": dates,
        "birth_sequence": st.integers(1, 9),
        "is_national": st.booleans(),
        "registered_on": dates,
        "died_on": dates,
        "applied_on": dates,
        "mother": st.sampled_from(["p", "q", "nobody listed", "child", None]),
        "father": st.sampled_from(["p", "child", None]),
        "income_class": st.sampled_from(["low", "general"]),
        "disadvantaged": st.booleans(),
        "in_state_placement": st.booleans(),
        "care": spells,
        "weekly_care_hours": st.integers(0, 168),
        "kindergarten": spells | st.just("private"),
        "kindergarten_fee": st.integers(0, 100_000),
        "tax_rate": st.integers(0, 100) | st.just({"at_least": {"20": True}}),
        "parental_leave_benefit": st.booleans(),
    },
)


@pytest.mark.slow  # with nothing known a decision explores every path
@settings(quiet, max_examples=12)
@given(
    persons=st.dictionaries(st.sampled_from(["child", "p", "q"]), children, max_size=3),
    month=st.sampled_from(["2018-08", "2019-08", "2022-09", "2024-01", "9999-12"]),
)
def test_no_family_of_well_formed_facts_makes_a_traceback(run, persons, month):
    situation = {"subject": "child", "persons": {"child": {}, **persons}}
    ran = run("decide", "childcare", "--on", month, "--facts", "-", stdin=document(situation))
    assert ran.code in (0, 2, 3)
