"""A town of one family and six agencies that answer at once, for tests of the life events.

    town = Town(tmp_path)               agencies, officers, mandate, mother, father, newborn
    town.tell("mother", tax_rate=12)    what a register holds of somebody
    town.found("child")                 as if a screening had found the child
    town.work()                         the worker does all that is due
    town.sign(agreement, "mother")      her word, vouched for by the identity provider

Nothing is sent over a network: `answer` stands where the exchange would call a provider.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.identifiers import national_id
from minben.base.month import Month
from minben.base.text import Text
from minben.consent import actions as consent
from minben.consent import queries as consents
from minben.exchange.answers import data_set_of
from minben.exchange.types import TransferState, TransferView
from minben.facts.catalogue import ASSISTANCE, BANK, CHILDCARE, HOUSEHOLD, LEAVE, TAX
from minben.facts.predicate import Predicate
from minben.identity import actions as people
from minben.identity import queries as identity
from minben.identity.types import Actor, Method, Role
from minben.jobs import clock, worker
from minben.life_events import proceeding, queries
from minben.life_events.models import Dossier
from minben.life_events.types import OfferView
from minben.packs.load import pack
from minben.protocol import jws
from minben.protocol.agreement import Verb
from minben.protocol.evidence import SIGNATURE, number_digest
from minben.protocol.keys import SigningKey
from minben.registry import actions as registry

AGENCIES = {
    "household-registration": (HOUSEHOLD, "內政部戶政司"),
    "tax": (TAX, "財政部財政資訊中心"),
    "labour-insurance": (LEAVE, "勞動部勞工保險局"),
    "social-affairs": (ASSISTANCE, "社會局"),
    "childcare": (CHILDCARE, "托育系統"),
    "bank": (BANK, "財金資訊"),
}
OFFICE = "child-welfare"
STATUTE = (
    "birth_date", "birth_sequence", "is_national", "registered_on", "died_on", "mother", "father",
    "children", "name", "income_class", "disadvantaged", "in_state_placement", "benefit_account",
    "owns_account",
)  # fmt: skip
LISTS = ("care", "weekly_care_hours", "kindergarten", "kindergarten_fee")
ACCOUNT = "812-001122334455"
SEPTEMBER = Month(2022, 9)


class Town:
    """Everything a family meets, in one process."""

    def __init__(self, var: Path, *, lists: bool = True) -> None:
        self.var = var
        self.idp = SigningKey.load_or_make(var / "agencies" / "idp" / "key")
        descriptor = {"key": "idp", "public_key": self.idp.public.text}
        (var / "agencies" / "idp" / "agency.json").write_text(json.dumps(descriptor))
        for key, (data_set, name) in AGENCIES.items():
            self._join(key, data_set, name)
        self._join(OFFICE, f"{OFFICE}/office/none/v1", "社會局兒少福利科")
        self.numbers: dict[UUID, str] = {}
        self.registers: dict[UUID, dict[str, Any]] = {}
        self.named: dict[str, UUID] = {}
        self.busy: set[str] = set()  # agencies that answer later
        self.refuses: set[str] = set()  # agencies that will not answer
        self.calls: list[tuple[str, tuple[str, ...]]] = []  # provider, questions
        for serial, (who, sex) in enumerate(
            {"mother": 2, "father": 1, "child": 2, "stranger": 1, "officer": 2,
             "second": 1, "dpo": 2, "clerk": 1, "elsewhere": 2}.items(), 1,
        ):  # fmt: skip
            self.add(who, sex=sex, serial=serial)
        self.family(mother="mother", father="father", children=("child",))
        self.tell("child", birth_date="2022-07-03", registered_on="2022-07-10")
        self.roles = {
            "officer": (Role.CASE_OFFICER,),
            "second": (Role.CASE_OFFICER,),
            "dpo": (Role.DATA_PROTECTION_OFFICER,),
            "clerk": (Role.CLERK,),
            "elsewhere": (Role.CASE_OFFICER,),
        }
        self.mandate = self._mandate((*STATUTE, *(LISTS if lists else ())))

    def add(self, who: str, *, sex: int = 2, serial: int) -> UUID:
        """A resident whom the registers know, by default of the general income class."""
        number = national_id(letter="L", sex=sex, serial=serial)
        uuid = people.find_or_create_person(
            number=number, on=clock.today(), name=f"示例{who}"
        ).uuid
        self.named[who], self.numbers[uuid] = uuid, number
        self.registers[uuid] = {
            "name": f"示例{who}", "birth_date": "1990-05-05", "birth_sequence": 1,
            "is_national": True, "registered_on": "1990-05-06", "died_on": None,
            "mother": None, "father": None, "children": [], "income_class": [],
            "disadvantaged": False, "in_state_placement": False, "benefit_account": None,
            "owns_account": [], "tax_rate": 12, "parental_leave_benefit": [], "care": [],
            "weekly_care_hours": 0, "kindergarten": [], "kindergarten_fee": 0,
        }  # fmt: skip
        return uuid

    def family(self, *, mother: str, father: str | None, children: tuple[str, ...]) -> None:
        """Write kinship into the household register."""
        listed = [self.numbers[self.named[c]] for c in children]
        for parent in filter(None, (mother, father)):
            self.tell(parent, children=listed)
        for child in children:
            told = {"mother": self.numbers[self.named[mother]]}
            told["father"] = self.numbers[self.named[father]] if father else None
            self.tell(child, **told)

    def tell(self, who: str, **facts: Any) -> None:
        """Write facts into the registers."""
        self.registers[self.named[who]] |= facts

    def spell(self, who: str, fact: str, value: object, on: str, until: str | None = None) -> None:
        """Write one dated fact."""
        self.registers[self.named[who]][fact] = [{"value": value, "on": on, "until": until}]

    def actor(
        self,
        who: str,
        *,
        assurance: AssuranceLevel = AssuranceLevel.HIGH,
        assisted_by: str | None = None,
    ) -> Actor:
        """A person signed in by certificate; officers at their office."""
        roles = self.roles.get(who, ())
        agency = OFFICE if roles else None
        return Actor(
            person=self.named[who],
            name=f"示例{who}",
            roles=frozenset({Role.CITIZEN, *roles}),
            assurance=assurance,
            methods=(Method.CITIZEN_CERTIFICATE,),
            session="s",
            agency="elsewhere" if who == "elsewhere" else agency,
            assisted_by=self.named[assisted_by] if assisted_by else None,
        )

    def found(self, who: str, cause: str = "screening:test") -> Dossier:
        """A screening has found somebody, and the worker went on from there."""
        row = proceeding.begin(
            pack_key="childcare",
            subject=self.named[who],
            cause=cause,
            month=Month.of(clock.today()),
        )
        self.work()
        return row

    def offer(self, who: str = "mother") -> OfferView:
        """The newest offer that somebody sees."""
        return queries.for_you(self.actor(who))[0]

    def work(self) -> int:
        """The worker does what is due."""
        return worker.run_due()

    def until(self, day: date) -> None:
        """Live on, day of work after day of work, until a day."""
        month = Month.of(clock.today())
        while True:
            for stop in (month.first_day, month.last_day):
                if clock.today() < stop <= day:
                    clock.advance_to(stop)
                    self.work()
            if month >= Month.of(day):
                break
            month = month + 1
        if clock.today() < day:
            clock.advance_to(day)
            self.work()

    def sign(self, agreement: str, who: str, verb: Verb = "accept") -> None:
        """Somebody's word, with the identity provider's statement for it."""
        actor, now = self.actor(who), datetime.now(UTC).replace(microsecond=0)
        statement = consents.to_sign(
            agreement, verb=verb, at=now, by=actor, assurance=AssuranceLevel.HIGH
        )
        number = self.numbers[actor.person]
        salt = identity.number_salt(actor.person)
        claims = {
            "iss": "idp", "aud": "minben", "sub": actor.ref, "digest": statement.digest,
            "acr": AssuranceLevel.HIGH.acr, "amr": ["citizen_certificate"],
            "number_digest": number_digest(salt, number), "iat": int(now.timestamp()),
        }  # fmt: skip
        told = jws.sign(claims, key=self.idp, typ=SIGNATURE)
        consent.sign(statement=statement, evidence={"kind": "idp", "statement": told}, by=actor)

    def answer(self, view: TransferView, client: object) -> dict[str, Any]:
        """What the provider says to a transfer: the stand-in for the exchange's call."""
        if view.state is not TransferState.WAITING:
            return {"outcome": "nothing"}
        self.calls.append((view.provider, tuple(p.key for p in view.predicates)))
        if view.provider in self.refuses:
            return {"outcome": "ended", "why": "gave_up", "details": {}}
        body = {
            "transfer": str(view.uuid),
            "provider": view.provider,
            "data_set": view.data_set,
            "subject": f"person:{view.subject}",
            "basis": view.basis.removeprefix("mandate:"),
            "answers": [self._one(view, p) for p in view.predicates],
            "released_at": datetime.now(UTC).isoformat(),
        }
        sent = base64.b64encode(json.dumps(body).encode()).decode()
        return {"outcome": "answered", "evidence": {"status": 200, "headers": {}, "body": sent}}

    def _one(self, view: TransferView, predicate: Predicate) -> dict[str, Any]:
        held = self.registers[view.subject][predicate.fact]
        result: Any = held
        if predicate.fact == "owns_account":
            result = predicate.value in held
        elif predicate.op != "value":
            result = predicate.answered_by(_in_month(held, predicate.fact, view.month))
        asked = predicate.to_json()
        return {
            "fact": asked["fact"],
            "op": asked["op"],
            "value": asked["value"],
            "month": str(view.month),
            "known": True,
            "result": result,
        }

    def _join(self, key: str, data_set: str, name: str) -> None:
        registry.join(
            descriptor={
                "key": key,
                "name": {"zh": name, "en": key},
                "base_url": "http://localhost:1",
                "public_key": SigningKey.generate().public.text,
                "datasets": [
                    {"key": data_set, "name": {"zh": name, "en": key}, "assurance": "medium"}
                ],
            }
        )

    def _mandate(self, facts: tuple[str, ...]) -> str:
        now = datetime.now(UTC)
        draft = consent.draft_mandate(
            name=Text("育兒津貼查詢", "Childcare questions"),
            article="幼兒教育及照顧法第7條",
            approver="child-welfare-director",
            purpose_key="find-children",
            purpose=pack("childcare").manifest.mandate.purpose,
            recipient=OFFICE,
            facts=[(data_set_of(Predicate("child", f, "value")), f) for f in facts],
            valid_from=now - timedelta(minutes=1),
            valid_until=now + timedelta(days=3650),
            by=self.actor("officer"),
        )
        return consent.approve_mandate(mandate_id=draft.id, by=self.actor("dpo")).id


def _in_month(held: Any, fact: str, month: Month) -> Any:
    if not isinstance(held, list):
        return date.fromisoformat(held) if fact.endswith(("_on", "_date")) else held
    for spell in held:
        ends = spell["until"] or "9999-12-31"
        if spell["on"] <= month.last_day.isoformat() and ends >= month.first_day.isoformat():
            return spell["value"]
    return {"parental_leave_benefit": False, "income_class": "general"}.get(fact, "none")
