"""A reform over a population: what changes for each person, added up; few people are withheld."""

from pathlib import Path

import duckdb
import pytest

from minben.base.month import Month
from minben.demo.town import generate
from minben.packs.reform import reform
from minben.screening.simulation import FEWEST, Cell, Simulation, guarded, simulate
from minben.screening.simulation_report import report

MONTH = Month(2022, 9)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    generate.write(people=4_000, folder=folder, parquet=True)
    return folder


def simulated(town: Path, name: str) -> Simulation:
    draft = reform(name)
    return simulate(
        draft.today,
        draft.then,
        MONTH,
        people=town / "person.parquet",
        register=town / "register.parquet",
    )


@pytest.mark.slow
def test_a_thousand_more_reaches_general_families_with_an_allowance(town: Path) -> None:
    found = simulated(town, "childcare/one-thousand-more")
    plan = reform("childcare/one-thousand-more").today.screening_sql(MONTH)
    with duckdb.connect() as db:
        source = f"read_parquet('{town / 'person.parquet'}')"
        columns = [c for c, *_ in db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        (expected,) = db.execute(
            f"SELECT count(*) FROM ({plan.sql(person=source, available=columns)}) AS f"
            f" JOIN {source} AS p ON p.id = f.id"
            " WHERE f.scheme = 'allowance' AND p.income_class = 'general'"
        ).fetchall()[0]
    assert found.winners == expected > FEWEST
    assert found.losers == found.moved == 0
    assert found.change == found.paid_after - found.paid_before == 1000 * found.winners
    told = [c for c in found.cells["income_class"] if not c.withheld]
    assert [c.key for c in told] == ["general"]


@pytest.mark.slow
def test_the_report_holds_charts_a_map_and_no_small_cell(town: Path) -> None:
    draft = reform("childcare/one-thousand-more")
    found = simulated(town, "childcare/one-thousand-more")
    page = report(draft, found)
    assert page.count("<svg") == 3
    assert draft.name.zh in page
    assert draft.name.en in page
    small = [c for c in found.cells["township"] if not c.withheld and (c.winners or 0) < FEWEST]
    assert small == []


def test_a_cell_of_few_people_is_withheld_with_another_that_would_betray_it() -> None:
    cells = [Cell("a", 40, 0, 1), Cell("b", 3, 0, 1), Cell("c", 20, 0, 1), Cell("d", 30, 0, 1)]
    assert [c.key for c in guarded(cells) if c.withheld] == ["b", "c"]


def test_cells_that_together_are_few_take_a_third_with_them() -> None:
    cells = [Cell("a", 40, 0, 1), Cell("b", 3, 0, 1), Cell("c", 2, 0, 1)]
    assert [c.key for c in guarded(cells) if c.withheld] == ["a", "b", "c"]


def test_losers_that_are_few_are_withheld_beside_many_winners() -> None:
    cells = [Cell("a", 400, 2, 1), Cell("b", 50, 0, 1), Cell("c", 60, 0, 1)]
    assert [c.key for c in guarded(cells) if c.withheld] == ["a", "b"]


def test_nothing_is_withheld_where_all_are_many() -> None:
    cells = [Cell("a", 40, 12, 1), Cell("b", 0, 30, 1)]
    assert guarded(cells) == tuple(cells)


def test_sums_of_so_few_people_are_not_told() -> None:
    found = Simulation(MONTH, 100, 5_000, 8_000, 3_000, 3, 0, 0, 0, 0, (("a", 1, 4),), {})
    told = found.to_json()
    assert told["change"] is told["winners"] is told["paid"]["after"] is None
    assert told["schemes"][0]["after"] is None
