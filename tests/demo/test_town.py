"""The town is plausible, valid and the same every time."""

import hashlib
import json
import sqlite3
from datetime import date
from pathlib import Path

import duckdb
import pytest

from minben.base.identifiers import is_national_id, is_resident_number, is_tax_id
from minben.demo.town import generate, named
from minben.demo.town.births import Birth, births
from minben.demo.town.draws import MACROS, Draws, mix
from minben.demo.town.families import families
from minben.demo.town.numbers import number, number_sql
from minben.demo.town.officials import COMPANY_TAX_ID, everyone
from minben.demo.town.tables import TABLES
from minben.places.queries import townships

from .conftest import PEOPLE, Ask

# Whole towns are made, several at a time.
pytestmark = pytest.mark.slow

ON = generate.LIVES_ON


def fingerprint(folder: Path) -> str:
    found = hashlib.sha256()
    for table in TABLES:
        store = sqlite3.connect(folder / "agencies" / table.agency / "data.sqlite3")
        for row in sorted(map(repr, store.execute(f"SELECT * FROM {table.name}"))):
            found.update(row.encode())
        store.close()
    return found.hexdigest()


def test_a_town_has_exactly_as_many_people_as_were_asked_for(ask: Ask) -> None:
    assert ask("household-registration", "SELECT count(*) FROM person") == [(PEOPLE,)]


def test_the_same_seed_makes_the_same_rows_whatever_the_threads(
    town: Path, tmp_path: Path
) -> None:
    generate.write(people=PEOPLE, folder=tmp_path, threads=1)
    assert fingerprint(tmp_path) == fingerprint(town)


def test_the_slices_in_which_a_town_is_made_change_nobody(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "SLICE", 31)
    generate.write(people=PEOPLE, folder=tmp_path)
    assert fingerprint(tmp_path) == fingerprint(town)


def test_another_seed_makes_another_town(town: Path, tmp_path: Path) -> None:
    generate.write(people=PEOPLE, folder=tmp_path, seed=2)
    assert fingerprint(tmp_path) != fingerprint(town)


def test_every_number_is_valid_unique_and_on_a_letter_no_longer_issued(ask: Ask) -> None:
    rows = ask("household-registration", "SELECT number, is_national, sex FROM person")
    assert len({number for number, _, _ in rows}) == PEOPLE
    for written, national, sex in rows:
        assert written[0] in "LRSY"
        if national:
            assert is_national_id(written)
            assert written[1] == str(sex)
        else:
            assert is_resident_number(written, on=ON)


def test_the_number_in_sql_is_the_number_in_python() -> None:
    sql = number_sql("i * 1170", "1 + i % 2", "i % 7 <> 0")
    rows = duckdb.execute(f"SELECT i, {sql} FROM range(20000) AS r (i)").fetchall()
    assert all(n == number(i * 1170, sex=1 + i % 2, national=i % 7 != 0) for i, n in rows)


def test_the_draw_in_sql_is_the_draw_in_python() -> None:
    draws = Draws(7)
    with duckdb.connect() as connection:
        for macro in MACROS:
            connection.execute(macro)
        sql = (
            f"SELECT i, mix(i::UBIGINT), {draws.upto('x', 97, 'i::UBIGINT')} FROM range(3000) r(i)"
        )
        for i, word, drawn in connection.execute(sql).fetchall():
            assert word == mix(i)
            assert drawn == draws.number_upto("x", 97, i)


def test_every_name_is_plainly_made_up(ask: Ask) -> None:
    rows = ask("household-registration", "SELECT name, name_en FROM person")
    assert all(zh.startswith("示例") and en.startswith("Demo ") for zh, en in rows)


def test_each_agency_has_its_own_tables_and_no_others(town: Path) -> None:
    for agency in {table.agency for table in TABLES}:
        store = sqlite3.connect(town / "agencies" / agency / "data.sqlite3")
        written = {
            name: [(row[1], row[2]) for row in store.execute(f"PRAGMA table_info({name})")]
            for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        store.close()
        expected = {
            table.name: [(name, kind.split()[0]) for name, kind in table.columns]
            for table in TABLES
            if table.agency == agency
        }
        assert written == expected


def test_parents_are_in_the_register_and_old_enough(ask: Ask) -> None:
    for parent in ("mother", "father"):
        assert ask(
            "household-registration",
            f"""SELECT count(*) FROM person AS c LEFT JOIN person AS p ON p.number = c.{parent}
                WHERE c.{parent} IS NOT NULL
                  AND (p.number IS NULL OR date(p.birth_date, '+15 years') > c.birth_date)""",
        ) == [(0,)]


def test_whoever_has_a_spouse_is_the_spouse_of_that_person(ask: Ask) -> None:
    sql = """SELECT count(*) FROM person AS a JOIN person AS b ON b.number = a.spouse
             WHERE b.spouse IS NOT a.number"""
    assert ask("household-registration", sql) == [(0,)]


def test_there_are_twins_half_siblings_adoptions_and_divorces(tmp_path: Path) -> None:
    generate.write(people=12_000, folder=tmp_path)
    store = sqlite3.connect(tmp_path / "agencies/household-registration/data.sqlite3")

    def count(sql: str) -> int:
        return int(store.execute(sql).fetchone()[0])

    assert count("SELECT count(*) FROM person WHERE birth_sequence = 2") > 1
    assert count("SELECT count(*) FROM person WHERE adopted_on IS NOT NULL") > 1
    assert count("SELECT count(*) FROM marriage WHERE ends_on IS NOT NULL") > 100
    assert count("SELECT count(*) FROM move") > 100
    assert count("SELECT count(*) FROM person WHERE is_national = 0") > 10
    halves = """SELECT count(*) FROM person AS a JOIN person AS b
                ON a.mother = b.mother AND a.father <> b.father AND a.number < b.number"""
    assert count(halves) > 10
    births = count("SELECT count(*) FROM person WHERE birth_date > '2021-09-15'")
    assert 0.004 < births / 12_000 < 0.009
    store.close()


def test_people_live_in_real_townships(ask: Ask) -> None:
    codes = {place.code for place in townships()}
    rows = ask("household-registration", "SELECT DISTINCT township FROM person")
    assert {code for (code,) in rows} <= codes


def test_tax_rates_are_the_brackets_and_spouses_share_one_unless_they_file_apart(ask: Ask) -> None:
    rows = ask("tax", "SELECT filing_unit, count(DISTINCT tax_rate) FROM rate GROUP BY 1")
    assert all(rates == 1 for _, rates in rows)
    assert {rate for (rate,) in ask("tax", "SELECT DISTINCT tax_rate FROM rate")} == {
        5,
        12,
        20,
        30,
        40,
    }


@pytest.mark.parametrize(("people", "seed"), [(len(everyone()), 1), (500, 9)])
def test_the_named_residents_exist_at_any_size_and_seed(
    people: int, seed: int, tmp_path: Path
) -> None:
    generate.write(people=people, folder=tmp_path, seed=seed)
    store = sqlite3.connect(tmp_path / "agencies/household-registration/data.sqlite3")
    there = {row[0] for row in store.execute("SELECT number FROM person")}
    store.close()
    assert {person.number for person in everyone()} <= there


def test_the_parents_of_the_newborn_file_taxes_apart(ask: Ask) -> None:
    mother, father, child = families()[0].members
    rows = ask(
        "tax",
        "SELECT DISTINCT filing_unit, tax_rate FROM rate WHERE number IN (?, ?) AND year = 2022",
        mother.number,
        father.number,
    )
    assert len(rows) == 2
    assert all(rate < 20 for _, rate in rows)
    register = "SELECT mother, father, birth_date FROM person WHERE number = ?"
    assert ask("household-registration", register, child.number) == [
        (mother.number, father.number, "2022-07-03")
    ]


def test_the_low_income_family_has_a_benefit_account_that_the_bank_knows(ask: Ask) -> None:
    mother = families()[1].members[0]
    told = "SELECT bank_code, account FROM benefit_account WHERE number = ?"
    (account,) = ask("social-affairs", told, mother.number)
    owner = "SELECT number FROM account WHERE bank_code = ? AND account = ? AND open = 1"
    assert ask("bank", owner, *account) == [(mother.number,)]


def test_whoever_is_named_is_told_how_to_sign_in(tmp_path: Path) -> None:
    named.write_persons(tmp_path / "persons.json")
    told = json.loads((tmp_path / "persons.json").read_text("utf-8"))
    story = told["families"][0]["members"]
    assert [person["key"] for person in story] == [
        "newborn-mother",
        "newborn-father",
        "newborn-child",
    ]
    assert {way["method"] for way in story[0]["sign_in"]} >= {"citizen_certificate", "mobile_fido"}
    assert story[2]["sign_in"] == []
    assert [one["role"] for one in told["officials"]].count("case_officer") == 2
    assert is_tax_id(COMPANY_TAX_ID, on=date(2022, 9, 15))


def test_no_two_named_residents_share_a_number_or_a_card(tmp_path: Path) -> None:
    assert len({person.number for person in everyone()}) == len(everyone())
    named.write_credentials(tmp_path / "data.sqlite3")
    store = sqlite3.connect(tmp_path / "data.sqlite3")
    rows, cards = store.execute(
        "SELECT count(*), count(DISTINCT method || serial) FROM credential"
    ).fetchone()
    store.close()
    assert rows == cards > 20


def test_a_nation_is_one_table_in_which_every_fact_says_whether_it_is_known(
    tmp_path: Path,
) -> None:
    generate.write(people=3_000, folder=tmp_path, parquet=True)
    path = tmp_path / "person.parquet"
    columns = {row[0] for row in duckdb.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()}
    for fact in ("mother", "father", "birth_date", "tax_rate", "care", "income_class"):
        assert {fact, f"{fact}_known"} <= columns
    assert duckdb.execute(f"SELECT count(*), max(id) FROM '{path}'").fetchall() == [(3000, 2999)]
    assert not list(tmp_path.glob(".*.parquet"))


def test_a_town_too_small_for_the_named_residents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="between"):
        generate.write(people=3, folder=tmp_path)


def test_children_are_born_after_the_seed_to_parents_of_the_town(ask: Ask, tmp_path: Path) -> None:
    def born(after: date, until: date) -> list[Birth]:
        return births(
            people=PEOPLE, seed=1, seeded_on=ON, after=after, until=until, folder=tmp_path
        )

    year = born(ON, date(2023, 9, 15))
    assert 4 <= len(year) <= 25
    assert born(ON, date(2023, 3, 1)) + born(date(2023, 3, 1), date(2023, 9, 15)) == year
    there = {row[0] for row in ask("household-registration", "SELECT number FROM person")}
    assert all(one.mother in there and one.number not in there for one in year)
    assert len({one.number for one in year}) == len(year)
    assert all(is_national_id(one.number) for one in year)
