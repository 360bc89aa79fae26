"""Words of the room that need no database. They are OAuth's own where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text

Details = tuple[Mapping[str, Any], ...]  # authorization_details (RFC 9396)


class Profile(StrEnum):
    """用途 What a client may do; the stricter rules follow from it."""

    DATA = "data"  # FAPI 2.0: pushed requests and DPoP only; may carry agreements
    SIGN_IN = "sign_in"  # plain OpenID Connect: learns who is there, nothing else
    RESOURCE = "resource"  # 資料機關: an agency that checks tokens it is shown


class Scope(StrEnum):
    """範圍 What a token opens besides an agreement's facts."""

    OPENID = "openid"
    PROFILE = "profile"  # the name
    BIRTHDATE = "birthdate"
    OFFLINE = "offline_access"  # a refresh token
    QUERY_GRANTS = "grant_management_query"
    REVOKE_GRANTS = "grant_management_revoke"

    @property
    def text(self) -> Text:
        """What the person reads before agreeing."""
        return _SCOPES[self]


_SCOPES = {
    Scope.OPENID: Text("一個只給這個程式用的代號", "A code name that only this app gets"),
    Scope.PROFILE: Text("您的姓名", "Your name"),
    Scope.BIRTHDATE: Text("您的出生日期", "Your date of birth"),
    Scope.OFFLINE: Text("您離開後仍可依同意書取用", "Use under the agreement after you left"),
    Scope.QUERY_GRANTS: Text("查詢授權狀態", "Ask whether a grant stands"),
    Scope.REVOKE_GRANTS: Text("交還授權", "Give a grant back"),
}


class Ending(StrEnum):
    """結束原因 Why tokens stopped; an agreement's own end is consent's to tell."""

    CODE_REUSED = "code_reused"  # somebody else held the code: RFC 6749, section 4.1.2
    REFRESH_REPLAYED = "refresh_replayed"  # an old refresh token came back: RFC 9700, 4.14.2
    BY_PERSON = "by_person"
    BY_CLIENT = "by_client"


@dataclass(frozen=True, slots=True)
class ClientView:
    """介接程式 A program of an agency that may ask here, and the keys by which it is known."""

    id: str
    agency: str
    name: Text
    profile: Profile
    redirect_uris: tuple[str, ...]
    jwks: Mapping[str, Any]
    scopes: frozenset[str]
    least_assurance: AssuranceLevel
    pk: int

    @property
    def on_trail(self) -> str:
        """How entries name it."""
        return f"agency:{self.agency} client:{self.id}"


@dataclass(frozen=True, slots=True)
class Call:
    """呼叫 One request to an endpoint, as far as the rules look at it."""

    endpoint: str
    method: str
    url: str
    form: Mapping[str, str]
    proof: str | None = None  # the DPoP header
    token: str | None = None  # the access token shown
    scheme: str = ""  # "dpop" or "bearer"
    at: int = 0  # seconds since the epoch
    address: str = ""  # counted while nobody is proven, never kept


@dataclass(frozen=True, slots=True)
class Seen:
    """用過的證明 The name of something that may be shown only once, until it is stale anyway."""

    name: str
    until: int


@dataclass(frozen=True, slots=True)
class Caller:
    """呼叫者 Who called, proven: its client, the key it holds, and what is used up by that."""

    client: ClientView
    thumbprint: str | None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """授權請求內容 What a client asks of a person, checked but not yet answered."""

    redirect_uri: str
    scopes: tuple[str, ...]
    details: Details
    state: str | None
    nonce: str | None
    code_challenge: str
    thumbprint: str | None
    assurance: AssuranceLevel
    max_age: int | None
    prompt: frozenset[str]


@dataclass(frozen=True, slots=True)
class RequestView:
    """授權請求 A request lying before a person."""

    uuid: UUID
    client: ClientView
    asked: Asked
    agreement: str  # the agreement that it carries, once drafted
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """登入事實 How the person was known when they allowed it: acr, amr and auth_time."""

    person: UUID
    level: AssuranceLevel
    methods: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantView:
    """授權 What a person allowed a client. With an agreement its state is the agreement's."""

    uuid: UUID
    client: ClientView
    person: UUID
    scopes: tuple[str, ...]
    details: Details
    agreement: str
    given_at: datetime
    state: str  # "active", or why it is not: the agreement's word, or "ended"

    @property
    def is_active(self) -> bool:
        """Whether anything may be done under it now."""
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class Answer:
    """回應 What an endpoint answers: a status and JSON, or a signed token as text."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    signed: str | None = None
