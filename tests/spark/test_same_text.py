"""The same SQL text on Spark: a standalone master, two workers, every row compared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from law.kin import families, sources_in_text
from law.kin_law import PERSONAL
from law.test_relations import BOOK, MONTHS
from minben.base.month import Month
from minben.law.layered_sql import layered_sql
from minben.law.layers import layered
from minben.law.sql_engines import for_spark
from openfisca.country.jurisdiction import answers, queries
from openfisca.test_country import every
from spark.cluster import answered, cluster

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


def plain(rows: list[Any]) -> list[Any]:
    return sorted([list(row) for row in rows], key=lambda row: str(row[0]))


def test_ugly_families_get_the_same_from_spark(master: str) -> None:
    everybody = families(random.Random(15), 12, 0.05)
    sources = sources_in_text(everybody)
    texts = [
        layered_sql(layered(BOOK, Month.parse(month), PERSONAL), sources, entity="person")
        for month in MONTHS
    ]
    found, executors = answered(master, {}, [for_spark(text) for text in texts])
    assert executors == 3  # the driver, and one on each worker
    with duckdb.connect() as con:
        for text, rows in zip(texts, found, strict=True):
            assert plain(rows) == plain(con.execute(text).fetchall())
            assert len(rows) > 20


def test_every_case_of_the_example_country_passes_in_spark(master: str) -> None:
    asked = [(case, country, queries(country, case)) for case, country in every()]
    texts = [for_spark(q.sql) for _, _, some in asked for q in some]
    rows, _ = answered(master, {}, texts)
    failed, at = [], 0
    for case, country, some in asked:
        values = answers(country, case, some, rows[at : at + len(some)])
        at += len(some)
        for expected, value in zip(case.expected, values, strict=True):
            if not case.meets(expected, value):
                failed.append((case.name, expected, value))
    assert failed == []
