"""A rule is shown as page rows, flow chart and DMN, from the very paths that decide."""

import re
from xml.etree import ElementTree

import pytest

from minben.base.month import Month
from minben.law.dmn import NAMESPACE
from minben.law.rulebook import RuleBook

DMN = {"d": NAMESPACE}


def test_a_page_lists_every_path_with_its_article(book: RuleBook) -> None:
    rows = book.at(Month(2022, 9)).table("allowance").to_html_rows()
    assert {"asked": "is_national", "is": "no"} in rows[-1]["conditions"]
    too_rich = [r for r in rows if r["result"]["reason"] == "income_too_high"]
    assert [r["citations"] for r in too_rich] == [["§ 2"]]
    asked = {c["asked"]: c["is"] for c in too_rich[0]["conditions"]}
    assert asked["parents.any(tax_rate >= 20)"] == "yes"
    assert asked["income_class"] == "general"


def test_a_table_of_2024_does_not_know_the_income_test(book: RuleBook) -> None:
    questions = {q.text for q in book.at(Month(2024, 2)).table("allowance").questions}
    assert not any("tax_rate" in q for q in questions)


def test_the_flow_chart_has_a_diamond_per_condition_and_a_box_per_end(book: RuleBook) -> None:
    chart = book.at(Month(2022, 9)).table("subsidy").to_mermaid()
    assert chart.startswith("flowchart TD\n")
    diamonds, boxes = len(re.findall(r"\{\"", chart)), len(re.findall(r"\(\[\"", chart))
    assert diamonds >= 5
    assert boxes >= 5
    assert chart.count("|是 yes|") == chart.count("|否 no|") == diamonds


@pytest.mark.parametrize("variable", ["allowance", "subsidy", "fee", "on_leave", "birth_order"])
def test_dmn_is_well_formed_and_each_rule_fills_each_column(book: RuleBook, variable: str) -> None:
    table = book.at(Month(2022, 9)).table(variable)
    root = ElementTree.fromstring(table.to_dmn())
    assert root.tag == f"{{{NAMESPACE}}}definitions"
    (drawn,) = root.findall("d:decision/d:decisionTable", DMN)
    assert drawn.get("hitPolicy") == "UNIQUE"
    inputs, outputs = drawn.findall("d:input", DMN), drawn.findall("d:output", DMN)
    rules = drawn.findall("d:rule", DMN)
    assert len(rules) == len(table.rows)
    for rule in rules:
        assert len(rule.findall("d:inputEntry", DMN)) == len(inputs)
        assert len(rule.findall("d:outputEntry", DMN)) == len(outputs)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_amounts_from_a_table_are_written_in_feel(book: RuleBook) -> None:
    dmn = book.at(Month(2022, 9)).table("allowance").to_dmn()
    assert "if birth_order = 1 then 5000 else if birth_order = 2 then 6000 else 7000" in dmn


def test_paths_exclude_each_other_and_miss_nothing(book: RuleBook) -> None:
    """Every two paths are told apart by a condition that one of them takes and the other not."""
    paths = book.at(Month(2022, 9)).paths("allowance")
    for i, first in enumerate(paths):
        for second in paths[i + 1 :]:
            ways = {c.text: yes for c, yes in first.conditions}
            assert any(ways.get(c.text, yes) is not yes for c, yes in second.conditions)
