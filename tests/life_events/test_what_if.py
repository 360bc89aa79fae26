"""What if the child goes elsewhere next month: both answers side by side; nothing is kept."""

from __future__ import annotations

import pytest

from life_events.town import ACCOUNT, Town
from minben.base.refusal import Refused
from minben.jobs.models import Job
from minben.life_events import queries
from minben.life_events.types import Placement, WhatIfView
from minben.trail.models import Waiting


def paid(town: Town) -> str:
    """A family of low income, paid without a tap; the reference of its case."""
    town.spell("child", "income_class", "low", "2022-01-01")
    town.tell("mother", benefit_account=ACCOUNT, owns_account=[ACCOUNT])
    town.found("child")
    (mine,) = queries.my_cases(town.actor("mother"))
    return mine.case.reference


def tried(town: Town, reference: str, placement: Placement, who: str = "mother") -> WhatIfView:
    return queries.what_if(town.actor(who), reference, placement=placement, hours=40, fee=0)


@pytest.mark.slow
def test_another_place_is_tried_by_the_family_only_and_nothing_is_kept(town: Town) -> None:
    reference = paid(town)
    kept = (Job.objects.count(), Waiting.objects.count())

    found = tried(town, reference, Placement.PUBLIC_CARE)
    assert str(found.month) == "2022-10"
    assert [look.status for look in found.sides] == ["due", "due"]
    assert found.before.scheme_name != found.after.scheme_name
    assert found.change == (found.after.amount or 0) - (found.before.amount or 0) != 0
    assert ("child.care != 'public'", "child.care == 'public'") in found.parted

    found = tried(town, reference, Placement.AT_HOME)
    assert found.same
    assert (found.change, found.parted) == (0, ())

    for who in ("stranger", "officer", "clerk", "dpo", "elsewhere"):
        with pytest.raises(Refused, match="not_yours"):
            tried(town, reference, Placement.PUBLIC_CARE, who)
    assert (Job.objects.count(), Waiting.objects.count()) == kept
