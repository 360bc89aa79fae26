"""People and findings for tests of the cases."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.money import NTD
from minben.base.month import Month
from minben.base.text import Text
from minben.cases import actions
from minben.cases.types import Channel, DisputedView, Finding
from minben.identity.types import Actor, Method, Role

MOTHER, FATHER, CHILD, STRANGER = (UUID(int=n) for n in (1, 2, 3, 4))
OFFICER, SECOND, CLERK, ELSEWHERE, MOTHER_AT_WORK = (UUID(int=n) for n in (5, 6, 7, 8, 1))
SEPTEMBER = Month(2022, 9)
DISPUTED = DisputedView(Text("上限", "cap"), Text("4,500", "4,500"), (Text("3,500", "3,500"),))


def actor(person: UUID, *roles: Role, agency: str | None = "child-welfare") -> Actor:
    return Actor(
        person=person,
        name="示例",
        roles=frozenset({Role.CITIZEN, *roles}),
        assurance=AssuranceLevel.HIGH,
        methods=(Method.CITIZEN_CERTIFICATE,),
        session="s",
        agency=agency if roles else None,
    )


def officer() -> Actor:
    return actor(OFFICER, Role.CASE_OFFICER)


def second() -> Actor:
    return actor(SECOND, Role.CASE_OFFICER)


def opened(subject: UUID = CHILD) -> str:
    return actions.open_case(
        pack="childcare",
        agency="child-welfare",
        subject=subject,
        applicants={MOTHER: "mother", FATHER: "father"},
        channel=Channel.MANDATE,
        since=SEPTEMBER,
        actor="agency:child-welfare",
        basis="mandate",
    )


def finding(*disputed: DisputedView, amount: int = 5000) -> Finding:
    return Finding(
        status="due",
        scheme="allowance",
        scheme_name=Text("育兒津貼", "the allowance"),
        amount=NTD(amount),
        reason_key="allowance_due",
        reason=Text("符合資格", "the conditions are met"),
        citations=(Text("法", "law"),),
        trace={},
        disputed=disputed,
        rules_hash="sha-256:0",
        facts_known_on=date(2022, 9, 15),
        rests_on=(),
        appeal_days=30,
    )


def decided(reference: str, *disputed: DisputedView, cause: str = "first") -> UUID:
    return actions.record_decision(
        reference=reference,
        cause=cause,
        since=SEPTEMBER,
        finding=finding(*disputed),
        actor="agency:child-welfare",
        basis="childcare",
    )
