"""Random families: the pack's answer is what a clerk with the sheet works out by hand."""

from random import Random

import pytest

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.packs.load import pack
from packs.childcare_sheet import Sheet
from packs.families import family, month


def answered(situation, on):
    decision = pack("childcare").decide(
        Situation.from_json(situation), subject="child", month=Month(*on)
    )
    return decision.status, decision.scheme, decision.amount, decision.reason.key


@pytest.mark.parametrize("seed", range(300))
def test_a_random_family_gets_what_the_sheet_says(seed):
    random = Random(seed)
    on = month(random)
    situation = family(random, on)
    assert answered(situation, on) == Sheet(situation, "child", on).answer()
