"""A parent reads their own facts and the child's, never what was answered about the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from life_events.town import ACCOUNT, Town
from minben.cases import actions as cases
from minben.ledger.types import BankAccount
from minben.life_events import actions, queries
from minben.life_events.types import MyCaseView
from minben.ui.written import plain

# Whole stories, from the birth to the money.
pytestmark = pytest.mark.slow


def decided(town: Town) -> None:
    """Both parents answered; the money goes to the mother's account."""
    town.tell("mother", owns_account=[ACCOUNT])
    town.found("child")
    account = BankAccount("812", "001122334455")
    taken = actions.accept_offer(
        actor=town.actor("mother"), offer=town.offer().uuid, account=account
    )
    for signer in ("mother", "father"):
        town.sign(str(taken.agreement), signer)
    town.work()


def seen_by(town: Town, who: str) -> MyCaseView:
    (found,) = queries.my_cases(town.actor(who))
    return found


@pytest.mark.parametrize("rates", [(12, 12), (12, 30), (30, 12)])
@pytest.mark.parametrize(("who", "other"), [("mother", "father"), ("father", "mother")])
def test_neither_page_nor_trace_nor_my_data_tells_of_the_other_parent(
    town: Town, who: str, other: str, rates: tuple[int, int]
) -> None:
    town.tell("mother", tax_rate=rates[0])
    town.tell("father", tax_rate=rates[1])
    decided(town)
    mine = seen_by(town, who)
    assert mine.case.current is not None
    assert mine.case.current.trace["value"]
    written = json.dumps(plain(mine.case.current.trace), ensure_ascii=False)
    assert f"{other}." not in written
    assert "child.income_class" in written
    record = json.dumps(plain(queries.my_cases(town.actor(who))), ensure_ascii=False)
    for sign in ("<", ">=", "==", "!="):
        assert f"{other}.tax_rate {sign}" not in record
    told = {f.key: f.answer.en for f in mine.case.current.rests_on}
    assert "only" in told[f"{other}.tax_rate>=20"]
    own = rates[0 if who == "mother" else 1]
    assert told[f"{who}.tax_rate>=20"] == ("yes" if own >= 20 else "no")


@pytest.mark.parametrize("rate", [12, 30])
def test_what_is_left_out_does_not_show_by_its_shape(town: Town, rate: int) -> None:
    """With the father's own answer "no", the mother's yes and no leave the same record."""
    town.tell("mother", tax_rate=rate)
    decided(town)
    current = seen_by(town, "father").case.current
    assert current is not None
    step = _step(current.trace, "income_ok")
    hidden = "shown to the person concerned only"
    assert step["facts"] == {"child.income_class": "general"}
    assert [one["condition"] for one in step["conditions"]] == [
        "child.income_class != 'low'",
        "child.income_class != 'mid_low'",
        hidden,
    ]
    assert step["deciding"] == hidden


def test_the_office_reads_the_whole_trace(town: Town) -> None:
    decided(town)
    reference = seen_by(town, "mother").case.reference
    view = cases.view_case(actor=town.actor("officer"), reference=reference, reason="電話詢問")
    assert view.current is not None
    written = json.dumps(plain(view.current.trace))
    assert "mother.tax_rate <" in written
    assert "father.tax_rate <" in written


def test_an_account_is_named_to_its_holder_only(town: Town) -> None:
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    assert seen_by(town, "mother").account == "812 ••••••••4455"
    assert seen_by(town, "mother").payments[0].account == "812 ••••••••4455"
    assert seen_by(town, "father").account is None
    assert [p.account for p in seen_by(town, "father").payments] == [None]
    told = {n.key: n.body.en for n in queries.home(town.actor("father")).notices}
    assert "4455" not in json.dumps(told)
    assert "the other parent's account" in told["paid.without_asking"]


def test_the_words_of_an_objection_are_for_whoever_wrote_them(town: Town) -> None:
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    reference = seen_by(town, "mother").case.reference
    actions.object_to(actor=town.actor("father"), reference=reference, words="家務事")
    told = {who: seen_by(town, who).case.objection for who in ("mother", "father")}
    assert told["father"] is not None
    assert told["father"].words == "家務事"
    assert told["mother"] is not None
    assert told["mother"].words == ""


def _step(trace: Mapping[str, Any], variable: str) -> Mapping[str, Any]:
    if trace["variable"] == variable:
        return trace
    for below in trace["steps"]:
        if found := _step(below, variable):
            return found
    return {}
