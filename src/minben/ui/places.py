"""The navigation: which places a visitor, a citizen, an officer, a clerk are offered."""

from dataclasses import dataclass, replace

from minben.base.text import Text
from minben.identity.types import Actor, Role


@dataclass(frozen=True, slots=True)
class Place:
    """選單項目 One place in the navigation: where it leads and what it is called."""

    path: str
    name: Text
    waiting: int = 0  # how many things there are unread


_VISITOR = (
    Place("/life-events", Text("人生大事", "Life events")),
    Place("/counts", Text("公開統計", "Public counts")),
)
_CITIZEN = (
    Place("/for-you", Text("為您", "For you")),
    Place("/cases", Text("案件", "Cases")),
    Place("/my-data", Text("我的資料", "My data")),
    Place("/trail", Text("足跡", "Trail")),
    Place("/notices", Text("通知", "Notices")),
)
_WITNESS = Place("/counter/witness", Text("見證", "Witness"))
_DUTIES: dict[Role, tuple[Place, ...]] = {
    Role.CASE_OFFICER: (
        Place("/office/", Text("待辦", "Queue")),
        Place("/office/payments", Text("撥付", "Payments")),
        Place("/office/runs", Text("篩選", "Screening")),
        _WITNESS,
    ),
    Role.CLERK: (Place("/counter", Text("櫃臺", "Counter")), _WITNESS),
    Role.DATA_PROTECTION_OFFICER: (
        Place("/office/register", Text("處理登記冊", "Register")),
        Place("/office/mandates", Text("法定授權", "Mandates")),
        Place("/office/unusual", Text("異常存取", "Unusual access")),
        Place("/office/appointments", Text("職務", "Offices")),
    ),
    Role.ANALYST: (Place("/office/tables", Text("決策表", "Decision tables")),),
}


def places_of(actor: Actor | None, path: str, *, unread: int = 0) -> tuple[Place, ...]:
    """On duty pages the duties, elsewhere one's own affairs with a door to the duties."""
    own = tuple(replace(p, waiting=unread) if p.path == "/notices" else p for p in _CITIZEN)
    if actor is None:
        return _VISITOR
    duties = tuple(
        dict.fromkeys(p for role, ps in _DUTIES.items() if role in actor.roles for p in ps)
    )
    if duties and path.startswith(("/office", "/counter")):
        return (*duties, Place("/for-you", Text("我自己的", "My own")))
    if duties:
        door = Place(duties[0].path, Text("公務", "On duty"))
        return (*own, door)
    return own
