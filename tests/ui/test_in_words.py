"""Offers, articles and records in the reader's words."""

from dataclasses import replace

import pytest

from minben.base.text import Text
from minben.packs import load
from minben.ui import articles, details, questions
from ui import samples


def test_an_offer_says_on_what_the_money_depends():
    said = questions.hope(samples.offer())
    assert said is not None
    assert said.en.replace("\u00a0", " ") == "each parent’s tax rate is below 20 %"
    assert said.zh == "父母雙方的所得稅率都低於 20%"


def test_one_parent_is_called_by_name():
    offer = samples.offer()
    said = questions.hope(replace(offer, asks=offer.asks[:1]))
    assert said is not None
    assert said.zh.startswith("示例．美玲的所得稅率低於")


def test_an_offer_that_depends_on_nothing_says_nothing():
    assert questions.hope(replace(samples.offer(), asks=())) is None


def test_a_question_no_one_wrote_a_hope_for_is_still_counted():
    offer = samples.offer()
    odd = replace(offer.asks[0], key="child.weekly_care_hours>=30")
    said = questions.hope(replace(offer, asks=(odd,)))
    assert said is not None
    assert "1" in said.en


def test_another_s_account_is_not_shown_in_full():
    mine = questions.question("owns_account", "is", "700-1234567", name="美玲", mine=True)
    other = questions.question("owns_account", "is", "700-1234567", name="美玲")
    assert "700-1234567" in mine.zh
    assert "700-123" not in other.zh
    assert "…4567" in other.zh


def test_the_articles_of_a_mandate_are_told_in_english():
    scope = load.pack("childcare").manifest.mandate
    line = "；".join(source.text.zh for source in scope.articles)
    assert articles.article(line).en == "; ".join(source.text.en for source in scope.articles)


def test_an_article_written_in_both_languages_is_parted():
    said = articles.article("個人資料保護法第15條第2款（經當事人同意） PDPA art. 15(2)")
    assert said == Text(
        "個人資料保護法第15條第2款（經當事人同意）", "Personal Data Protection Act, art. 15(2)"
    )


def test_what_binds_stands_apart_from_what_was_compared():
    sources = [s.text for s in load.pack("childcare").manifest.sources.values()]
    law, others = articles.binding(sources), articles.consulted(sources)
    assert law
    assert others
    assert len(law) + len(others) == len(sources)


@pytest.mark.parametrize(
    ("chinese", "said"), [(True, "自 2022 年 9 月 30 日起"), (False, "自 30 Sep 2022起")]
)
def test_days_inside_sentences_are_written_as_people_write_them(chinese, said):
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]
    told = questions.dates_in_words("自 2022-09-30起", chinese=chinese, months=months)
    assert told.replace("  ", " ") == said


def test_references_are_no_dates():
    line = "MB-2022-000002-9"
    assert questions.dates_in_words(line, chinese=True, months=()) == line


def test_a_record_is_told_in_words_and_its_identifiers_stand_last():
    rows = details.rows_of(
        {
            "transfer": "a1017217-a4c9-489c-b39a-c830f195fd80",
            "status": "due",
            "amount": 5000,
            "reason": "處理待辦事項 · Working on a task in the queue",
        }
    )
    names = [name.en for name, _ in rows]
    assert names == ["Outcome", "Amount", "Reason", "For checking"]
    assert rows[2][1].en == "Working on a task in the queue"
    assert rows[1][1].zh == "NT$ 5,000"


def test_a_decision_s_inner_name_for_its_reason_is_not_shown_as_words():
    rows = details.rows_of({"reason": "allowance_due"})
    assert [name.en for name, _ in rows] == ["For checking"]
