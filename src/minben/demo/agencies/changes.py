"""What happens in the town's registers after the seed: births, deaths, places in care.

Each writes the agency's own register, as its clerk would, and notes in the agency's outbox that
something changed; the agency's process tells the platform.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from minben.demo.agencies import childcare, household_registration
from minben.kit.folder import AgencyFolder
from minben.kit.push import Outbox


def enrol(agencies: Path, *, number: str, kind: str, value: str, on: date, hours: int = 40) -> str:
    """A child takes a place in care or kindergarten; returns the change's id."""
    with closing(_open(agencies / "childcare")) as db, db:
        _end(db, number, kind, on)
        db.execute(
            "INSERT INTO place(number, kind, value, weekly_hours, monthly_fee, starts_on, ends_on)"
            " VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (number, kind, value, hours if kind == "care" else None, None, on.isoformat()),
        )
    return _tell(agencies / "childcare", childcare.DATA_SET, [number], on, "enrolled")


def leave_place(agencies: Path, *, number: str, kind: str, on: date) -> str:
    """A child's last day in a place is the day before; returns the change's id."""
    with closing(_open(agencies / "childcare")) as db, db:
        _end(db, number, kind, on)
    return _tell(agencies / "childcare", childcare.DATA_SET, [number], on, "left")


def register_birth(
    agencies: Path,
    *,
    number: str,
    mother: str,
    father: str | None,
    on: date,
    sex: int = 2,
    name: str = "示例新生兒",
    name_en: str = "Demo Newborn",
) -> str:
    """A child of today is registered in its mother's household; returns the change's id."""
    with closing(_open(agencies / "household-registration")) as db, db:
        home = db.execute(
            "SELECT household, township FROM person WHERE number = ?", (mother,)
        ).fetchone()
        if home is None:
            raise LookupError("the mother is not in the register")
        twins = db.execute(
            "SELECT count(*) FROM person WHERE mother = ? AND birth_date = ?",
            (mother, on.isoformat()),
        ).fetchone()[0]
        row = {
            "number": number,
            "name": name,
            "name_en": name_en,
            "birth_date": on.isoformat(),
            "birth_sequence": twins + 1,
            "sex": sex,
            "is_national": 1,
            "registered_on": on.isoformat(),
            "mother": mother,
            "father": father,
            "household": home[0],
            "township": home[1],
        }
        columns = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO person({columns}) VALUES ({places})", row)  # noqa: S608
    persons = [number, mother, *([father] if father else [])]
    folder = agencies / "household-registration"
    return _tell(folder, household_registration.DATA_SET, persons, on, "born")


def register_death(agencies: Path, *, number: str, on: date) -> str:
    """A death is registered (戶籍法 art. 14), the dead alone named; returns the change's id.

    LookupError when the register does not hold the person as alive.
    """
    with closing(_open(agencies / "household-registration")) as db, db:
        found = db.execute(
            "UPDATE person SET died_on = ? WHERE number = ? AND died_on IS NULL",
            (on.isoformat(), number),
        ).rowcount
    if not found:
        raise LookupError("no living person with this number is in the register")
    folder = agencies / "household-registration"
    return _tell(folder, household_registration.DATA_SET, [number], on, "died")


def deliver(agencies: Path, *, agency: str) -> int:
    """Tell the platform at once what an agency's process would tell within seconds; how many."""
    return Outbox(AgencyFolder.load(agencies / agency)).deliver()


def _end(db: sqlite3.Connection, number: str, kind: str, on: date) -> None:
    last_day = (on - timedelta(days=1)).isoformat()
    db.execute(
        "UPDATE place SET ends_on = ? WHERE number = ? AND kind = ?"
        " AND (ends_on IS NULL OR ends_on >= ?)",
        (last_day, number, kind, on.isoformat()),
    )


def _tell(folder: Path, data_set: str, persons: Sequence[str], on: date, kind: str) -> str:
    outbox = Outbox(AgencyFolder.load(folder))
    return outbox.put(data_set=data_set, persons=persons, on=on, kind=kind)


def _open(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "data.sqlite3", timeout=10)
