"""What every page leans on."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.template import engines
from django.utils import translation

from minben.base.month import Month
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.trail.types import ActorUse, PublicCount
from minben.ui import deeds, wording
from minben.ui.counting import counted
from minben.ui.unusual import weighed
from minben.ui.written import plain

SOURCE = Path(__file__).parents[2] / "src" / "minben"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))


def rendered(template, language="zh-hant", **context):
    with translation.override(language):
        return engines["django"].from_string("{% load minben %}" + template).render(context)


def test_fixed_words_are_said_in_the_page_s_language():
    words = '{% say "您好，{name}" "Hello, {name}" name=who %}'
    assert rendered(words, who="<b>") == "您好，&lt;b&gt;"
    assert rendered(words, "en", who=Text("美玲", "Mei-Ling")) == "Hello, Mei-Ling"


def test_days_months_and_money_are_written_as_people_write_them():
    assert "2022 年 9 月 15 日" in rendered("{{ d|day }}", d=date(2022, 9, 15))
    assert "15 Sep 2022" in rendered("{{ d|day }}", "en", d=date(2022, 9, 15))
    assert "18:00" in rendered("{{ d|moment }}", d=datetime(2022, 9, 15, 10, tzinfo=UTC))
    assert "Sep 2022" in rendered("{{ m|month }}", "en", m=Month(2022, 9))
    assert rendered("{{ n|ntd }}", n=5000) == "NT$ 5,000"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_script_or_style_inline(path):
    text = path.read_text("utf-8")
    assert not re.search(r"<style|style=|\son\w+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_can_be_read(path):
    engines["django"].from_string(path.read_text("utf-8"))


def test_a_refusal_without_words_still_says_how_to_go_on():
    words = wording.words_of(Refused("garage.full"))
    assert "garage.full" in words.text.en
    assert words.status == 409


def test_a_refusal_is_filled_in_both_languages():
    words = wording.words_of(Refused("api.no_such_pack", pack="rent"))
    assert "rent" in words.text.zh
    assert "rent" in words.text.en
    assert words.status == 404


def test_every_verb_on_the_trail_has_words():
    written = set()
    for path in SOURCE.glob("*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) == "record"
            ):
                written |= {
                    k.value.value
                    for k in node.keywords
                    if k.arg == "verb" and isinstance(k.value, ast.Constant)
                }
    assert written - deeds.known_verbs() == set()


def test_a_verb_without_words_is_shown_and_not_hidden():
    assert "garage.opened" in deeds.deed_name("garage.opened").en


def test_public_counts_are_summed_over_days():
    tallies = [PublicCount(verb="consent.revoked", on=date(2022, 9, d), count=2) for d in (1, 2)]
    numbers = {count.key: count.number for count in counted(tallies, mandates=3)}
    assert numbers["revoked"] == 4
    assert numbers["mandates"] == 3


def test_one_officer_who_looks_at_far_more_people_stands_out():
    now = datetime(2022, 9, 15, tzinfo=UTC)
    uses = [
        ActorUse(actor="", verb="office.viewed_case", uses=n, people=n, first_at=now, last_at=now)
        for n in (60, 5, 4)
    ]
    assert [row.stands_out for row in weighed(uses)] == [True, False, False]


def test_what_people_do_with_their_own_data_is_not_weighed():
    now = datetime(2022, 9, 15, tzinfo=UTC)
    own = ActorUse(
        actor="", verb="notice.acknowledged", uses=99, people=1, first_at=now, last_at=now
    )
    assert weighed([own]) == ()


def test_views_become_plain_json_and_nothing_is_guessed():
    assert plain({"m": Month(2022, 9), "t": Text("一", "one"), "u": UUID(int=1)}) == {
        "m": "2022-09",
        "t": {"zh": "一", "en": "one"},
        "u": "00000000-0000-0000-0000-000000000001",
    }
    with pytest.raises(TypeError, match="no plain form"):
        plain(object())


def test_no_refusal_has_its_words_twice():
    assert "api.no_such_pack" in wording.known_keys()
