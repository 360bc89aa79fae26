"""Words of the room that need no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text


class Method(StrEnum):
    """驗證方式 How a person proved who they are; the value stands in a token's `amr` claim.

    No official ranking was found. The levels are a design assumption: a private key behind a PIN
    or biometrics is high, a registered card in a reader medium, knowledge alone low.
    """

    CITIZEN_CERTIFICATE = "citizen_certificate"  # 自然人憑證: card and PIN
    CORPORATE_CERTIFICATE = "corporate_certificate"  # 工商憑證: a person acting for a company
    MOBILE_FIDO = "mobile_fido"  # 行動自然人憑證 TW FidO: phone and biometrics
    NHI_CARD = "nhi_card"  # 健保卡: registered card in a reader
    TWO_DOCUMENTS = "two_documents"  # 雙證件: knowledge of two documents
    WITNESSED = "witnessed"  # 臨櫃見證: two officials compared face and paper document
    PASSKEY = "passkey"  # 通行金鑰: inherits the level of what enrolled it, never above medium

    @property
    def level(self) -> AssuranceLevel:
        """The most that this method proves by itself; a passkey's own level is in its record."""
        return _LEVELS[self]

    @property
    def text(self) -> Text:
        """Its name as people know it."""
        return _NAMES[self]


_LEVELS = {
    Method.CITIZEN_CERTIFICATE: AssuranceLevel.HIGH,
    Method.CORPORATE_CERTIFICATE: AssuranceLevel.HIGH,
    Method.MOBILE_FIDO: AssuranceLevel.HIGH,
    Method.NHI_CARD: AssuranceLevel.MEDIUM,
    Method.TWO_DOCUMENTS: AssuranceLevel.LOW,
    Method.WITNESSED: AssuranceLevel.MEDIUM,
    Method.PASSKEY: AssuranceLevel.MEDIUM,
}
_NAMES = {
    Method.CITIZEN_CERTIFICATE: Text("自然人憑證", "Citizen certificate"),
    Method.CORPORATE_CERTIFICATE: Text("工商憑證", "Corporate certificate"),
    Method.MOBILE_FIDO: Text("行動自然人憑證", "Mobile certificate (TW FidO)"),
    Method.NHI_CARD: Text("健保卡", "NHI card"),
    Method.TWO_DOCUMENTS: Text("雙證件", "Two documents"),
    Method.WITNESSED: Text("臨櫃見證", "Witnessed at a counter"),
    Method.PASSKEY: Text("通行金鑰", "Passkey"),
}


class PaperDocument(StrEnum):
    """身分證件 A paper with a photograph that a clerk compares with a face."""

    NATIONAL_ID_CARD = "national_id_card"
    RESIDENT_CERTIFICATE = "resident_certificate"
    PASSPORT = "passport"

    @property
    def text(self) -> Text:
        """Its name."""
        return _PAPERS[self]


_PAPERS = {
    PaperDocument.NATIONAL_ID_CARD: Text("國民身分證", "National ID card"),
    PaperDocument.RESIDENT_CERTIFICATE: Text("外來人口居留證", "Resident certificate"),
    PaperDocument.PASSPORT: Text("護照", "Passport"),
}


@dataclass(frozen=True, slots=True)
class PresenceView:
    """到場 Somebody without a credential stands at a counter; two officials vouch for that."""

    uuid: UUID
    person: UUID
    name: str
    document: PaperDocument
    clerk: UUID
    clerk_name: str
    witness: UUID | None
    begun_at: datetime


class Role(StrEnum):
    """角色 What a person may do here besides their own affairs. Each role opens the least."""

    CITIZEN = "citizen"  # everyone who signs in
    CASE_OFFICER = "case_officer"  # decides cases of their own agency
    DATA_PROTECTION_OFFICER = "data_protection_officer"  # register, mandates, unusual access
    ANALYST = "analyst"  # decision tables and numbers, never a person
    CLERK = "clerk"  # serves people at the counter, with their own credential
    AUDITOR = "auditor"  # reads proofs and counts

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _ROLES[self]


_ROLES = {
    Role.CITIZEN: Text("民眾", "Citizen"),
    Role.CASE_OFFICER: Text("承辦人", "Case officer"),
    Role.DATA_PROTECTION_OFFICER: Text("個資保護長", "Data protection officer"),
    Role.ANALYST: Text("分析師", "Analyst"),
    Role.CLERK: Text("櫃檯人員", "Clerk"),
    Role.AUDITOR: Text("稽核", "Auditor"),
}


class NumberKind(StrEnum):
    """號碼種類 Which register gave the number."""

    NATIONAL_ID = "national_id"  # 國民身分證統一編號
    RESIDENT_NUMBER = "resident_number"  # 外來人口統一證號, form of 2021
    OLD_RESIDENT_NUMBER = "old_resident_number"  # the form before, until 2030-12-31


class Kinship(StrEnum):
    """親屬關係 How `relative` is related to `person`."""

    MOTHER = "mother"
    FATHER = "father"
    SPOUSE = "spouse"


class RepresentationKind(StrEnum):
    """代理種類 Why somebody may act for another."""

    COMPANY = "company"  # corporate certificate: a person for a company
    GUARDIAN = "guardian"  # a parent or legal guardian for a minor
    ATTORNEY = "attorney"  # a written power of attorney

    @property
    def text(self) -> Text:
        """Why, in both languages."""
        return _BECAUSE[self]


_BECAUSE = {
    RepresentationKind.COMPANY: Text("工商憑證", "Corporate certificate"),
    RepresentationKind.GUARDIAN: Text(
        "法定代理人，民法第1086條", "Legal guardian, Civil Code art. 1086"
    ),
    RepresentationKind.ATTORNEY: Text("委任書", "Power of attorney"),
}


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as other rooms see one: no number."""

    uuid: UUID
    name: str
    birth_date: date | None

    @property
    def ref(self) -> str:
        """The subject reference that agreements and proofs use."""
        return f"person:{self.uuid}"


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company that somebody acts for."""

    uuid: UUID
    name: str
    tax_id: str


@dataclass(frozen=True, slots=True)
class FamilyView:
    """The family of one person as the household register told it last."""

    person: PersonView
    mother: PersonView | None
    father: PersonView | None
    spouse: PersonView | None
    children: tuple[PersonView, ...]

    @property
    def parents(self) -> tuple[PersonView, ...]:
        """Mother and father, as far as known."""
        return tuple(p for p in (self.mother, self.father) if p is not None)


@dataclass(frozen=True, slots=True)
class RepresentationView:
    """Somebody acting for another: shown on every page and in every entry."""

    uuid: UUID
    kind: RepresentationKind
    representative: PersonView
    principal: PersonView | CompanyView
    basis: str


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey as its owner sees it, with what a provider needs to check its signatures."""

    uuid: UUID
    name: str
    level: AssuranceLevel
    enrolled_with: Method
    enrolled_at: datetime
    credential_id: str  # base64url
    public_key: str  # COSE key, base64url
    statement: str  # the identity provider's signed enrolment statement (compact JWS)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who stands before us, for whom they act, and how sure we are.

    `person` is always the one whose affairs these are *as a human being*: at the counter it is
    the person served, and `assisted_by` the clerk. With `acting_for` the person acts as a
    recorded representative.
    """

    person: UUID
    name: str
    roles: frozenset[Role]
    assurance: AssuranceLevel
    methods: tuple[Method, ...]
    session: str  # a random name of the sign-in, for the trail; not the session key
    agency: str | None = None  # the office of a case officer or clerk
    acting_for: RepresentationView | None = None
    assisted_by: UUID | None = None

    @property
    def ref(self) -> str:
        """The reference of the person in agreements."""
        return f"person:{self.person}"

    @property
    def on_trail(self) -> str:
        """How entries name the one who acted: with helper and principal, without numbers."""
        parts = [self.ref]
        if self.acting_for is not None:
            parts.append(f"for:{self.acting_for.uuid}")
        if self.assisted_by is not None:
            parts.append(f"assisted-by:{self.assisted_by}")
        return " ".join(parts)

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return any(role in self.roles for role in roles)
