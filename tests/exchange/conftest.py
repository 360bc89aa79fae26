"""The platform beside a small world of real provider processes over HTTP."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agencies import world as small
from agencies.world import World
from minben.base.assurance import AssuranceLevel
from minben.consent import actions as consent
from minben.consent import queries as agreements
from minben.demo.agencies import prepare
from minben.identity import actions as identity
from minben.identity import queries as people
from minben.identity.types import Actor, Method, Role
from minben.jobs.clock import today
from minben.registry import actions as registry


class Platform:
    """What a test does on the platform's side."""

    def __init__(self, world: World) -> None:
        self.world = world
        for agency in prepare.AGENCIES:
            registry.join(descriptor=world.descriptor(agency.key))
        registry.join(descriptor=world.descriptor(prepare.RECIPIENT))
        idp = {"key": "idp", "public_key": world.idp.public.text}
        (world.folder("idp") / "agency.json").write_text(json.dumps(idp))
        self.mother, self.father, self.child, self.stranger = map(
            self.person, (small.MOTHER, small.FATHER, small.CHILD, small.STRANGER)
        )

    def person(self, resident):
        known = identity.find_or_create_person(number=resident.number, on=today())
        return replace(resident, known_as=known.uuid, salt=people.number_salt(known.uuid))

    def actor(self, resident, *roles, agency=None):
        return Actor(
            person=resident.uuid,
            name="示例",
            roles=frozenset({Role.CITIZEN, *roles}),
            assurance=AssuranceLevel.HIGH,
            methods=(Method.CITIZEN_CERTIFICATE,),
            session="s",
            agency=agency,
        )

    def agreed(self, *facts, by=None, parties=(), **terms):
        """An agreement proposed and accepted on the platform."""
        signers = by or [self.mother]
        agreement = self.world.agreement(*facts, parties=parties, **terms)
        consent.propose(agreement=agreement, by="agency:child-welfare")
        for who in signers:
            self.say(agreement, who, "accept")
        return agreement

    def say(self, agreement, who, verb):
        actor = self.actor(who)
        now = datetime.now(UTC).replace(microsecond=0)
        statement = agreements.to_sign(
            agreement.id, verb=verb, at=now, by=actor, assurance=AssuranceLevel.HIGH
        )
        digest = statement.text_digest
        signature = self.world.signature(agreement, who, verb, at=now, text_digest=digest)
        consent.sign(
            statement=statement, evidence={**signature.evidence, "salt": who.salt}, by=actor
        )


@pytest.fixture
def world(tmp_path, settings):
    made = World(tmp_path)
    settings.VAR = tmp_path
    settings.AGENCIES = tmp_path / "agencies"
    settings.ORIGIN = made.urls["owner"]
    return made


@pytest.fixture
def platform(world, transactional_db):
    return Platform(world)
