"""`minben pack new` and `minben pack check`."""

import shutil

import pytest

from minben.packs.load import FOLDER

# A pack is checked anew for each gap.
pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    """The pack childcare in a folder of its own, to be broken."""
    folder = tmp_path / "childcare"
    shutil.copytree(FOLDER / "childcare", folder)
    return folder


def swapped(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_new_pack_passes_structure_and_lists_what_is_left(run, tmp_path):
    ran = run("pack", "new", "school_fees", "--into", str(tmp_path))
    assert ran.code == 0
    assert "structure" not in ran.text
    assert "TODO" in ran.text
    findings = run("pack", "check", str(tmp_path / "school_fees"), "--json").json["findings"]
    assert {finding["kind"] for finding in findings} == {"to do"}


@pytest.mark.parametrize("name", ["School", "1st", "a-b", "blank", "../x"])
def test_a_name_that_is_none_is_refused(run, tmp_path, name):
    ran = run("pack", "new", name, "--into", str(tmp_path))
    assert ran.code == 1
    assert "small letters" in ran.text


def test_a_pack_is_never_written_over(run, tmp_path):
    assert run("pack", "new", "twice", "--into", str(tmp_path)).code == 0
    assert "exists" in run("pack", "new", "twice", "--into", str(tmp_path)).text


def test_an_unknown_pack_names_those_that_are_known(run):
    ran = run("pack", "check", "nursing")
    assert ran.code == 1
    assert "childcare" in ran.text


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "said"),
    [
        ("law.py", "child.registered_on == NEVER", "child.registered_on is NEVER", "law", "`is`"),
        ("law.py", 'not_due("died")', 'not_due("dead")', "words", "reasons.dead"),
        ("texts.yaml", "en: Decided", "en: ''", "words", "steps.decided.en"),
        ("texts.yaml", "zh: 核定, ", "", "words", "steps.decided.zh"),
        ("pack.yaml", "parents: [tax_rate, ", "parents: [", "asks", "the law reads tax_rate"),
        ("pack.yaml", "部, pays: family", "部, pays: you", "structure", "family or price"),
        ("pack.yaml", "key: childcare", "key: childcare\ncolour: red", "structure", "colour"),
        (
            "parameters/allowance.yaml",
            "reference: [design]",
            "reference: [hearsay]",
            "source",
            "hearsay is no source",
        ),
        (
            "parameters/allowance.yaml",
            'confidence: "B"',
            "note: none",
            "source",
            "no confidence",
        ),
        (
            "parameters/fee_cap.yaml",
            "disputed: [4500]",
            "disputed: [3500]",
            "disputed",
            "the other reading is the same",
        ),
    ],
)
def test_each_gap_is_named_with_its_mend(run, copy, file, old, new, kind, said):
    swapped(copy, file, old, new)
    (copy / "examples.yaml").write_text("[]", "utf-8")  # many more gaps, but quickly found
    ran = run("pack", "check", str(copy), "--json")
    assert ran.code == 1
    found = [f for f in ran.json["findings"] if f["kind"] == kind]
    assert any(said in f"{f['place']} {f['mistake']} {f['mend']}" for f in found), found
    assert all(f["mend"] for f in found)


def test_a_dispute_without_another_reading_is_named(run, copy):
    path = copy / "parameters" / "fee_cap.yaml"
    lines = path.read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "disputed: [4500]" in line)
    del lines[at : at + 2]  # the other reading and the note
    path.write_text("\n".join(lines), "utf-8")
    (copy / "examples.yaml").write_text("[]", "utf-8")
    findings = run("pack", "check", str(copy), "--json").json["findings"]
    assert [f["place"] for f in findings if f["kind"] == "disputed"] == [
        "parameters fee_cap.amount.quasi_public.second 2019-08-01"
    ]


def test_paths_and_numbers_without_an_example_are_named(run, copy):
    (copy / "examples.yaml").write_text("[]", "utf-8")
    findings = run("pack", "check", str(copy), "--json").json["findings"]
    kinds = [finding["kind"] for finding in findings]
    assert kinds.count("cell") > 100
    assert kinds.count("path") > 300


def test_an_example_with_a_wrong_amount_is_named(run, copy):
    swapped(copy, "examples.yaml", "amount: 5000", "amount: 5001")
    findings = run("pack", "check", str(copy), "--json").json["findings"]
    assert [f["kind"] for f in findings] == ["example"]
    assert "expected 5001" in findings[0]["mistake"]
