"""The people who work for an agency or a company in the demo, and how everyone signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minben.base.text import Text
from minben.demo.town.families import FEMALE, MALE, Family, Named, families, household_of
from minben.demo.town.names import SYLLABLES

CARD, COMPANY_CARD, PHONE = "citizen_certificate", "corporate_certificate", "mobile_fido"
NHI, PAPERS = "nhi_card", "two_documents"
PIN = "1234"


@dataclass(frozen=True, slots=True)
class Credential:
    """示範憑證 What a resident signs in with: the method, what is on the card, and its secret."""

    number: str
    method: str
    serial: str
    pin: str
    name: str
    tax_id: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """示範公務員 A named resident with an office; `agency` is whose work they do."""

    resident: Named
    role: str
    agency: str
    title: Text


COMPANY_TAX_ID = "99990004"  # valid under both rules; the range 9999 is not issued, from memory
COMPANY_NAME = Text("示例托嬰中心股份有限公司", "Demo Infant Care Co., Ltd.")


def officials() -> tuple[Official, ...]:
    """Two case officers (four eyes), and one of each other office."""
    return tuple(
        Official(_resident(key, serial, sex), role, agency, title)
        for key, serial, sex, role, agency, title in _OFFICES
    )


def company_agent() -> Named:
    """The person who acts for the demo company with its corporate certificate."""
    return _resident("company-agent", 120, FEMALE)


_OFFICES = (
    (
        "officer-1",
        101,
        FEMALE,
        "case_officer",
        "child-welfare",
        Text("承辦人甲", "Case officer A"),
    ),
    ("officer-2", 102, MALE, "case_officer", "child-welfare", Text("承辦人乙", "Case officer B")),
    (
        "dpo",
        103,
        FEMALE,
        "data_protection_officer",
        "child-welfare",
        Text("個資保護長", "Data protection officer"),
    ),
    ("analyst", 104, MALE, "analyst", "child-welfare", Text("分析師", "Analyst")),
    ("clerk", 105, FEMALE, "clerk", "child-welfare", Text("區公所櫃檯", "Counter clerk")),
    ("auditor", 106, MALE, "auditor", "child-welfare", Text("稽核", "Auditor")),
)


def _resident(key: str, serial: int, sex: int) -> Named:
    (one, said), (two, read) = SYLLABLES[serial % 32], SYLLABLES[(serial * 5 + 1) % 32]
    name = Text(f"示例{one}{two}", f"Demo {said.title()}-{read}")
    return Named(key, serial, sex, name, date(1985, 1 + serial % 12, 9), facts={"tax_rate": 12})


def everyone() -> tuple[Named, ...]:
    """All named residents: of families, of offices, of the company."""
    in_families = [person for family in families() for person in family.members]
    return (*in_families, *(one.resident for one in officials()), company_agent())


def credentials() -> tuple[Credential, ...]:
    """What each grown-up signs in with; the family without a phone has no card on line."""
    found: list[Credential] = []
    for family in families():
        for person in family.members:
            found += _of_citizen(family, person)
    for official in officials():
        found.append(_credential(official.resident, CARD))
    agent = company_agent()
    found.append(_credential(agent, CARD))
    found.append(
        Credential(
            agent.number,
            COMPANY_CARD,
            f"GC{agent.serial:012d}",
            PIN,
            agent.name.zh,
            COMPANY_TAX_ID,
            COMPANY_NAME.zh,
        )
    )
    return tuple(found)


def _of_citizen(family: Family, person: Named) -> list[Credential]:
    if person.born.year > 2004:
        return []
    methods = (NHI,) if family.key == "counter" else (CARD, PHONE, NHI, PAPERS)
    return [_credential(person, method) for method in methods]


def _credential(person: Named, method: str) -> Credential:
    prefix = {CARD: "TP", PHONE: "MF", NHI: "NH", PAPERS: "NH"}[method]
    serial = f"{prefix}{person.serial:012d}"
    # two documents: what is printed on the NHI card, and the household's number
    secret = household_of(person) if method == PAPERS else PIN
    return Credential(person.number, method, serial, secret, person.name.zh)
