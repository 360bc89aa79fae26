"""The story family: parents taxed separately, a newborn, tax and household registers."""

from datetime import date, timedelta

from django.utils import timezone

from identity.people import ON, known
from idp.provider import CLERK, FATHER, MOTHER, OFFICER, Provider
from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.consent import actions, drafting, queries, signing
from minben.consent.types import AgreementView, ToSign
from minben.facts.catalogue import HOUSEHOLD, TAX
from minben.identity import actions as people
from minben.identity import legs, models
from minben.identity.types import Actor, Role
from minben.protocol.agreement import Agreement, FactRequest, Verb
from minben.protocol.keys import SigningKey
from minben.registry import actions as registry

PURPOSE = Text("審核育兒津貼", "Deciding the child-rearing allowance")


def descriptor(key: str, data_set: str, **more: object) -> dict:
    return {
        "key": key,
        "name": {"zh": f"示例{key}", "en": f"Demo {key}"},
        "base_url": "http://localhost:1",
        "public_key": SigningKey.generate().public.text,
        "datasets": [
            {"key": data_set, "name": {"zh": "示例", "en": "demo"}, "assurance": "medium"} | more
        ],
    }


class Family:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        registry.join(descriptor=descriptor("tax", TAX))
        registry.join(descriptor=descriptor("household-registration", HOUSEHOLD))
        registry.join(descriptor={**descriptor("child-welfare", "child-welfare/x/y/v1")})
        self.mother, self.father = known(MOTHER), known(FATHER)
        self.clerk = known(CLERK, roles=(Role.CLERK,))
        self.officer = known(OFFICER, roles=(Role.CASE_OFFICER, Role.DATA_PROTECTION_OFFICER))
        self.numbers = {self.mother.person: MOTHER, self.father.person: FATHER}
        self.numbers |= {self.clerk.person: CLERK, self.officer.person: OFFICER}
        self.child = models.Person.objects.create(name="示例嬰", birth_date=date(2022, 7, 3)).uuid
        people.record_family(
            person=self.child,
            mother=self.mother.person,
            father=self.father.person,
            source=HOUSEHOLD,
            on=ON,
        )
        people.record_guardians(child=self.child, on=ON)

    def tax(self, actor: Actor, **more) -> FactRequest:
        """Is the tax rate 20 % or more?"""
        fields = {"fact": "tax_rate", "op": "at_least", "value": 20, "data_set": TAX} | more
        return FactRequest(subject=actor.ref, **fields)

    def terms(self, *requests: FactRequest, **more) -> Agreement:
        """What both parents have to sign: their own tax predicate each."""
        return drafting.agreement_for(
            requests=requests or (self.tax(self.mother), self.tax(self.father)),
            applicant=self.mother.person,
            roles={self.mother.person: "mother", self.father.person: "father"},
            purpose=PURPOSE,
            recipient="child-welfare",
            legal_basis="個人資料保護法第15條第2款",
            **more,
        )

    def proposed(self, *requests: FactRequest, **more) -> AgreementView:
        return actions.propose(agreement=self.terms(*requests, **more), by=self.mother.ref)

    def statement(
        self, view: AgreementView, actor: Actor, verb: Verb = "accept", **more
    ) -> ToSign:
        level = more.pop("assurance", AssuranceLevel.MEDIUM)
        at = more.pop("at", timezone.now() - timedelta(seconds=1))
        return queries.to_sign(view.id, verb=verb, at=at, by=actor, assurance=level)

    def evidence(
        self,
        statement: ToSign,
        actor: Actor,
        *,
        method: str = "nhi_card",
        number: str | None = None,
    ) -> dict:
        """The identity provider's word for it."""
        part = {**legs.bound_to(actor), **signing.to_json(statement)}
        document = {"kind": "sign", "nonce": "n", "sign": part}
        told = self.provider.state(document, number or self.numbers[actor.person], method)
        return {"kind": "idp", "statement": told}

    def says(self, view: AgreementView, actor: Actor, verb: Verb = "accept", **more):
        statement = self.statement(view, actor, verb)
        return actions.sign(
            statement=statement, evidence=self.evidence(statement, actor, **more), by=actor
        )
