"""The named residents as rows of the registers, and `persons.json`: whom to sign in as."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from minben.base.identifiers import mask
from minben.demo.town.families import TOWNSHIP, Family, Named, families, household_of
from minben.demo.town.officials import (
    COMPANY_NAME,
    COMPANY_TAX_ID,
    Credential,
    company_agent,
    credentials,
    everyone,
    officials,
)

BANK = "700"
MARRIED_ON = date(2019, 5, 20)
ADULT = date(2004, 9, 15)
_CARDS = """
DROP TABLE IF EXISTS credential;
DROP TABLE IF EXISTS company;
CREATE TABLE credential (number TEXT, method TEXT, serial TEXT, pin TEXT, name TEXT);
CREATE TABLE company (serial TEXT PRIMARY KEY, tax_id TEXT, name TEXT);
"""


def rows() -> list[dict[str, object]]:
    """One row of `resident` for each named resident, with ids from 0."""
    people = everyone()
    by_key = {person.key: person for person in people}
    ids = {person.key: at for at, person in enumerate(people)}
    return [_row(person, by_key, ids) for person in people]


def account_of(person: Named) -> str:
    """The account number of a named resident at the post office bank."""
    return f"9990{person.serial:010d}"


def _row(person: Named, by_key: dict[str, Named], ids: dict[str, int]) -> dict[str, object]:
    told = dict(person.facts)
    adult = person.born <= ADULT
    home = person.key.rsplit("-", 1)[0]
    alone = told.pop("filing", None) == "alone"
    row: dict[str, object] = {
        "id": ids[person.key],
        "kin": -1 - min(ids[key] for key in ids if key.rsplit("-", 1)[0] == home),
        "number": person.number,
        "name": person.name.zh,
        "name_en": person.name.en,
        "sex": person.sex,
        "birth_date": person.born,
        "birth_sequence": 1,
        "is_national": True,
        "registered_on": person.born + timedelta(days=10),
        "household": household_of(person),
        "township": TOWNSHIP,
        "income_class": "general",
        "class_from": None,
        "disadvantaged": False,
        "in_state_placement": False,
        "care": "none",
        "kindergarten": "none",
        "bank_code": BANK if adult else None,
        "account": account_of(person) if adult else None,
        "account_open": True,
        "benefit_account": False,
        "filing_unit": f"Y{person.serial if alone else person.serial // 10 * 10:08d}",
        **told,
    }
    for relation in ("mother", "father"):
        other = getattr(person, relation)
        if other is not None:
            row[relation] = ids[other]
            row[f"{relation}_number"] = by_key[other].number
    if person.spouse is not None:
        spouse = by_key[person.spouse].number
        row |= {"partner_number": spouse, "spouse_number": spouse, "married_on": MARRIED_ON}
    return row


def write_persons(path: Path) -> None:
    """Write `persons.json`: named families, officials and the company, and how each signs in."""
    told = {
        "families": [_family(family) for family in families()],
        "officials": [
            {
                **_person(one.resident),
                "role": one.role,
                "agency": one.agency,
                "title": one.title.to_json(),
            }
            for one in officials()
        ],
        "company": {
            "tax_id": COMPANY_TAX_ID,
            "name": COMPANY_NAME.to_json(),
            "agent": _person(company_agent()),
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_credentials(path: Path) -> None:
    """Fill the simulated identity provider's own tables: cards, and companies behind cards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path)
    try:
        store.executescript(_CARDS)
        store.executemany(
            "INSERT INTO credential VALUES (?, ?, ?, ?, ?)",
            [(one.number, one.method, one.serial, one.pin, one.name) for one in credentials()],
        )
        store.executemany(
            "INSERT INTO company VALUES (?, ?, ?)",
            [(one.serial, one.tax_id, one.company) for one in credentials() if one.tax_id],
        )
        store.commit()
    finally:
        store.close()


def _family(family: Family) -> dict[str, object]:
    return {
        "key": family.key,
        "shows": family.shows.to_json(),
        "members": [_person(person) for person in family.members],
    }


def _person(person: Named) -> dict[str, object]:
    return {
        "key": person.key,
        "name": person.name.to_json(),
        "number": person.number,
        "masked": mask(person.number),
        "birth_date": person.born.isoformat(),
        "account": {"bank_code": BANK, "account": account_of(person)}
        if person.born <= ADULT
        else None,
        "sign_in": [_sign_in(one) for one in credentials() if one.number == person.number],
    }


def _sign_in(credential: Credential) -> dict[str, str]:
    return {"method": credential.method, "card": credential.serial, "pin": credential.pin}
