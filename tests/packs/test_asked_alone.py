"""A rule asked by itself is known only when every way gives the same value, by either means."""

import pytest

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.law.deciding import Means
from minben.packs.load import pack


@pytest.mark.parametrize("by", ["rules", "tables"])
def test_a_rule_with_two_values_still_open_is_not_known(by: Means) -> None:
    situation = Situation.from_json({"subject": "child", "persons": {"child": {}}})
    rules = pack("childcare").book.at(Month(2022, 7))
    found = rules.decide(situation, subject="child", variable="care_setting", by=by)
    assert (found.status, found.value) == ("open", None)
    assert found.facts_needed == (("child", "care"),)


@pytest.mark.parametrize("by", ["rules", "tables"])
def test_two_ways_to_the_same_number_leave_nothing_to_ask(by: Means) -> None:
    care = [{"value": "quasi_public", "on": "2019-01-13", "until": "2019-01-28"}]
    child = {"birth_date": "2013-05-07", "care": care}
    situation = Situation.from_json({"subject": "child", "persons": {"child": child}})
    rules = pack("childcare").book.at(Month(2019, 8))
    found = rules.decide(situation, subject="child", variable="care_days", by=by)
    assert (found.status, found.facts_needed) == ("known", ())
