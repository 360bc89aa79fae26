"""The benches run at small size and say on what machine; no test judges a time."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from minben.bench.commands import bench

# Small populations are made and screened.
pytestmark = pytest.mark.slow

NEWBORNS = """
    CREATE TABLE person AS SELECT 'p' || i AS id, NULL::VARCHAR AS mother,
      NULL::VARCHAR AS father, DATE '2022-07-03' AS birth_date, 1::BIGINT AS birth_sequence,
      true AS is_national, DATE '2022-07-10' AS registered_on, false AS in_state_placement,
      'low' AS income_class, 'none' AS care, 'none' AS kindergarten FROM range(8) AS r(i)
"""


@pytest.fixture
def newborns(tmp_path: Path) -> Path:
    source = tmp_path / "person.parquet"
    with duckdb.connect() as con:
        con.execute(NEWBORNS)
        con.execute(f"COPY person TO '{source}' (FORMAT parquet)")
    return source


def test_deciding_is_measured_with_the_machine() -> None:
    result = CliRunner().invoke(bench, ["decide", "--times", "20", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["machine"]["cores"] >= 1
    assert found["cases"]["all known"]["status"] == "due"
    assert found["cases"]["tax rates unknown"]["needed"] == [
        "mother.tax_rate>=20",
        "father.tax_rate>=20",
    ]


def test_screening_reads_parquet_and_counts_answers(newborns: Path) -> None:
    for slices in ("1", "2"):
        arguments = ["screening", "--from", str(newborns), "--json", "--slices", slices]
        result = CliRunner().invoke(bench, arguments)
        assert result.exit_code == 0, result.output
        found = json.loads(result.output)
        assert found["people"] == 8
        (answer,) = found["answers"]
        assert (answer["status"], answer["people"]) == ("due", 8)
        assert {"seconds", "peak_mib", "machine", "goal"} <= found.keys()


def test_facts_outside_the_mandate_are_not_read(newborns: Path) -> None:
    known = "mother,father,birth_date,birth_sequence,is_national,registered_on,income_class"
    arguments = ["screening", "--from", str(newborns), "--json", "--known", known]
    found = json.loads(CliRunner().invoke(bench, arguments).output)
    assert [a["status"] for a in found["answers"]] == ["open"]
