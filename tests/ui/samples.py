# ruff: noqa: E501
"""Invented views, as the rooms would hand them to the templates."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.cases.types import (
    AppealView,
    CaseView,
    Channel,
    DecisionView,
    DisputedView,
    FactView,
    Happening,
    OverrideView,
    TaskKind,
    TaskView,
    TimelineEntry,
)
from minben.ledger.types import PaymentView
from minben.life_events.types import (
    AskView,
    DraftView,
    KnownView,
    LifeEventView,
    LookView,
    MyCaseView,
    OfferView,
    OutcomeView,
    Placement,
    ServiceView,
    WhatIfView,
)
from minben.notices.types import NoticeView

A, B, CHILD = UUID(int=1), UUID(int=2), UUID(int=3)
REFERENCE = "MB-2022-000123-9"
TAX = Text("財政部財政資訊中心", "Fiscal Information Agency")
HOUSEHOLD = Text("內政部戶政司", "Department of Household Registration")
PACK = Text("育有未滿二歲兒童育兒津貼", "Child-rearing allowance, under two")


def ask(who: str, whose: UUID, key: str) -> AskView:
    return AskView(
        key=key,
        text=Text(f"{who}的所得稅率是否未達 20 %？", f"Is {who}’s tax rate below 20 %?"),
        about=whose,
        about_name=who,
        provider=TAX,
        data_set="tax/income/rate/v1",
        only_yes_no=True,
        never_sent=Text("不提供稅率與所得", "never the rate or the income"),
        assurance=AssuranceLevel.HIGH,
    )


def offer(state: str = "open") -> OfferView:
    return OfferView(
        uuid=UUID(int=9),
        pack="childcare",
        pack_name=PACK,
        child=CHILD,
        child_name="示例．小安",
        headline=Text("每月 NT$ 5,000", "NT$ 5,000 a month"),
        amount=NTD(5000),
        since=Month(2022, 8),
        asks=(
            ask("示例．美玲", A, "mother.tax_rate>=20"),
            ask("示例．建宏", B, "father.tax_rate>=20"),
        )
        if state == "open"
        else (),
        known=(
            KnownView(
                Text(
                    "孩子 2022 年 8 月 3 日出生，是第一名子女",
                    "The child was born on 3 August 2022 and is the first",
                ),
                HOUSEHOLD,
                Text("戶籍法第 6 條", "Household Registration Act, art. 6"),
            ),
            KnownView(
                Text("家庭屬一般戶", "The family is in the general income class"),
                Text("社會局", "Department of Social Welfare"),
                Text("社會救助法第 4 條", "Public Assistance Act, art. 4"),
            ),
        ),
        not_asked=(
            Text("您的存款與財產", "your savings and property"),
            Text("您的所得金額", "the amount of your income"),
        ),
        outcomes=(
            OutcomeView(
                PACK,
                NTD(5000),
                Text("父母雙方稅率皆未達 20 %", "both parents’ rates are below 20 %"),
            ),
            OutcomeView(None, None, Text("任一方稅率達 20 %", "one rate is 20 % or more")),
        ),
        last_day_without_loss=date(2022, 10, 3),
        state=state,  # type: ignore[arg-type]
        reference=None,
        agreement=None,
        waiting_for=("示例．建宏",) if state == "waiting" else (),
    )


def decision(status: str = "due") -> DecisionView:
    return DecisionView(
        uuid=UUID(int=7),
        status=status,  # type: ignore[arg-type]
        scheme="allowance_0_2",
        scheme_name=PACK,
        amount=NTD(5000) if status == "due" else None,
        since=Month(2022, 8),
        until=Month(2024, 7),
        reason=Text(
            "孩子未滿二歲、沒有使用公共或準公共托育，父母雙方稅率都未達 20 %。",
            "The child is under two and not in subsidised care, and both parents’ tax rates are below 20 %.",
        ),
        citations=(
            Text(
                "育有未滿二歲兒童育兒津貼申領作業要點第 3 點",
                "Directions for the Child-rearing Allowance, point 3",
            ),
        ),
        rests_on=(
            FactView(
                "mother.tax_rate>=20",
                Text("母親稅率達 20 %", "The mother’s tax rate is 20 % or more"),
                Text("否", "no"),
                TAX,
                Text("經示例．美玲同意", "with the consent of 示例．美玲"),
                None,
                date(2022, 9, 15),
            ),
            FactView(
                "child.birth_date",
                Text("出生日期 2022-08-03", "Born 2022-08-03"),
                Text("是", "yes"),
                HOUSEHOLD,
                Text("戶籍法第 6 條", "Household Registration Act, art. 6"),
                None,
                date(2022, 9, 15),
            ),
        ),
        trace={"allowance": {"value": 5000, "decided_by": "tax_rate < 20"}},
        disputed=(
            DisputedView(
                Text("育嬰留停津貼排除", "Leave exclusion"),
                Text("不排除領育嬰津貼者", "leave benefit does not exclude"),
                (Text("排除", "it does"),),
            ),
        ),
        awaits_confirmation=True,
        decided_on=date(2022, 9, 15),
        facts_known_on=date(2022, 9, 15),
        rules_hash="sha-256:3f9ab12c77d0",
        by=Text("規則自動", "the rules alone"),
        appeal_until=date(2022, 10, 15),
        is_current=True,
        overridden=False,
    )


def task() -> TaskView:
    return TaskView(
        UUID(int=5),
        TaskKind.NEW_ACCOUNT,
        REFERENCE,
        Text(
            "銀行退回款項，請填另一個帳戶",
            "The bank sent the money back: please give another account",
        ),
        date(2022, 9, 30),
        None,
    )


def my_case() -> MyCaseView:
    at = datetime(2022, 9, 15, 2, tzinfo=UTC)
    lines = (
        (
            Happening.OPENED,
            Text("您接受了主動通知，案件成立", "You accepted the offer; the case was opened"),
        ),
        (
            Happening.FACTS_ASKED,
            Text(
                "向財政資訊中心詢問一個是非題", "The tax agency was asked one yes-or-no question"
            ),
        ),
        (Happening.FACTS_RECEIVED, Text("已收到有簽章的答覆", "The signed answer arrived")),
        (Happening.DECIDED, Text("決定：每月 NT$ 5,000", "Decided: NT$ 5,000 a month")),
    )
    case = CaseView(
        uuid=UUID(int=8), reference=REFERENCE, pack="childcare", pack_name=PACK, subject=CHILD,
        subject_name="示例．小安", applicants=(A,), channel=Channel.OFFER, opened_on=date(2022, 9, 15), since=Month(2022, 8),
        state="paying", timeline=tuple(TimelineEntry(w, t, date(2022, 9, 15), at) for w, t in lines),
        decisions=(decision(),), appeals=(), overrides=(), objection=None, agreements=("sha-256:ab",),
    )  # fmt: skip
    pays = tuple(
        PaymentView(
            UUID(int=n),
            REFERENCE,
            Month(2022, n),
            NTD(5000),
            s,
            date(2022, n, 28),
            "700 ••••••1234",
            date(2022, n, 28) if s == "paid" else None,
            None,
        )  # type: ignore[arg-type]
        for n, s in ((9, "planned"), (8, "paid"))
    )
    return MyCaseView(
        case,
        pays,
        (task(),),
        date(2023, 8, 3),
        Text("滿一歲，重新檢視", "First birthday: reviewed again"),
        "700 ••••••1234",
        True,
        True,
    )


DAY = date(2022, 9, 15)


def notice() -> NoticeView:
    return NoticeView(
        uuid=UUID(int=11),
        key="offer",
        subject=Text("您可能可以領育兒津貼", "You may be due the child-rearing allowance"),
        body=Text("請登入查看。", "Please sign in to see."),
        reference=REFERENCE,
        sent_at=datetime(2022, 9, 15, 2, tzinfo=UTC),
        on=DAY,
        answer_by=date(2022, 9, 30),
        acknowledged_at=None,
        channels=(),
    )


def draft() -> DraftView:
    return DraftView(
        f"appeal:{REFERENCE}",
        "write",
        {"grounds": "我的稅率不對"},
        datetime(2022, 9, 15, tzinfo=UTC),
        date(2022, 10, 15),
    )


def stages() -> tuple[LifeEventView, ...]:
    service = ServiceView(
        "childcare", PACK, HOUSEHOLD, PACK, 2, 0, (Text("戶口名簿", "household certificate"),)
    )
    names = {
        "birth": ("迎接孩子", "A child is born"),
        "schooling": ("上學", "School"),
        "work": ("工作", "Work"),
        "care_at_home": ("照顧自己", "Care of oneself"),
        "care_in_institutions": ("照顧父母", "Care of parents"),
        "end_of_life": ("告別", "Farewell"),
    }
    return tuple(
        LifeEventView(
            key,
            Text(*words),
            Text("從登記到撥款", "From registration to payment"),
            (service,) if key == "birth" else (),
            None if key == "birth" else Text("還沒有做好。", "Not built yet."),
        )
        for key, words in names.items()
    )


def office_case() -> CaseView:
    appeal = AppealView(
        UUID(int=5),
        REFERENCE,
        "decision",
        None,
        PACK,
        "稅率不對",
        DAY,
        date(2022, 11, 14),
        None,
        None,
        None,
    )
    override = OverrideView(
        UUID(int=6),
        REFERENCE,
        B,
        "due",
        NTD(6000),
        Month(2022, 9),
        "雙胞胎",
        DAY,
        "proposed",
        None,
    )
    return replace(my_case().case, appeals=(appeal,), overrides=(override,))


def what_if() -> WhatIfView:
    reason = Text("符合條件", "All conditions hold")
    return WhatIfView(
        Month(2022, 10),
        Placement.PUBLIC_CARE,
        LookView("due", PACK, NTD(5000), "family", reason, ()),
        LookView("due", Text("托育補助", "Childcare subsidy"), NTD(7000), "family", reason, ()),
        2000,
        (("child.care != 'public'", "child.care == 'public'"),),
        same=False,
    )
