"""People of the tests."""

from datetime import date

from idp.provider import NAMES
from minben.identity import actions, queries
from minben.identity.types import Actor, Role

ON = date(2022, 9, 15)


def known(number: str, *, roles: tuple[Role, ...] = (), agency: str = "child-welfare") -> Actor:
    """A person who has signed in, with roles at an agency."""
    person = actions.find_or_create_person(number=number, on=ON, name=NAMES.get(number, "示例"))
    for role in roles:
        actions.install(person=person.uuid, role=role, agency=agency)
    return queries.actor_of(person.uuid)
