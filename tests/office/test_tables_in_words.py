"""A decision table shows what people call things; keys of the engine stay in the engine."""

import pytest

from minben.base.month import Month
from minben.identity.types import Role
from minben.packs.load import pack
from minben.screening import queries as screening
from minben.screening.types import PathCount
from minben.ui import cells
from portal.visiting import browser_of, official


def test_every_status_scheme_reason_and_source_of_a_table_has_words() -> None:
    rules, keys = pack("childcare"), set()
    for table in rules.tables(Month(2022, 9)).values():
        for row in table.to_html_rows():
            for column, value in row["result"].items():
                if column in ("status", "scheme", "reason") and value and "." not in value:
                    assert cells.result(rules, column, value).zh != value, (column, value)
                    keys.add(value)
            for key in row["citations"]:
                assert cells.source(rules, key).en != key
    assert {"due", "not_due", "income_too_high", "allowance"} <= keys


def test_conditions_name_values() -> None:
    named = cells.condition("kindergarten", "none, private")
    assert named.en == "none, private" or "kindergarten" in named.en
    assert not named.zh.isascii()
    assert cells.condition("birth_date", "≥ 2022-10-01").zh == "≥ 2022-10-01"


@pytest.mark.slow
@pytest.mark.django_db
def test_no_key_is_on_the_page_and_each_row_says_its_people(settings, monkeypatch) -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    counts = {"support": {0: PathCount(12, 3), 1: PathCount(None, None)}}
    monkeypatch.setattr(screening, "path_counts", lambda pack, month: counts)
    page = browser_of(official(Role.ANALYST)).get("/office/tables/childcare/2022-09")
    told = page.content.decode()
    assert page.status_code == 200
    assert '<td class="small">12 ＋待查 3</td>' in told
    assert '<td class="small">不公布</td>' in told
    assert "packs/childcare/law.py:" in told
    for key in ("not_due", "income_too_high", "allowance", "preschool-act-7", "no"):
        assert f'">{key}</td>' not in told
