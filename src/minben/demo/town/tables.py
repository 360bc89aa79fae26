"""The tables that each agency owns, and how a row of the town fills them.

Each agency's `data.sqlite3` holds its own tables only. `TABLES` is the schema and the source of
`README.md`'s list; the SQL after each name reads one slice of the table `resident` that `lives`
makes (dates are ISO 8601 text in SQLite, yes/no is 1/0).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """機關資料表 One table of one agency: columns with their SQLite types, and what fills them."""

    agency: str
    name: str
    columns: tuple[tuple[str, str], ...]
    rows: str  # SQL over `resident`, in the order of the columns
    indexes: tuple[str, ...] = ()

    @property
    def create(self) -> str:
        """The statement that makes the table in SQLite."""
        inside = ", ".join(f"{name} {kind}" for name, kind in self.columns)
        return f"CREATE TABLE {self.name} ({inside})"


_TEXT, _INT = "TEXT", "INTEGER"

TABLES: tuple[Table, ...] = (
    Table(
        "household-registration",
        "person",
        (
            ("number", "TEXT PRIMARY KEY"),
            ("name", "TEXT NOT NULL"),
            ("name_en", "TEXT NOT NULL"),
            ("birth_date", "TEXT NOT NULL"),
            ("birth_sequence", "INTEGER NOT NULL"),
            ("sex", "INTEGER NOT NULL"),
            ("is_national", "INTEGER NOT NULL"),
            ("registered_on", _TEXT),
            ("died_on", _TEXT),
            ("mother", _TEXT),
            ("father", _TEXT),
            ("spouse", _TEXT),
            ("household", "TEXT NOT NULL"),
            ("township", "TEXT NOT NULL"),
            ("adopted_on", _TEXT),
        ),
        """SELECT number, name, name_en, birth_date, birth_sequence, sex, is_national,
                  registered_on, died_on, mother_number, father_number, spouse_number, household,
                  township, adopted_on FROM resident""",
        ("mother", "father", "household"),
    ),
    Table(
        "household-registration",
        "move",
        (
            ("number", "TEXT NOT NULL"),
            ("township", "TEXT NOT NULL"),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
        ),
        """SELECT number, moved_from, birth_date, moved_on - 1 FROM resident
           WHERE moved_on IS NOT NULL
           UNION ALL
           SELECT number, township, moved_on, NULL FROM resident WHERE moved_on IS NOT NULL""",
        ("number",),
    ),
    Table(
        "household-registration",
        "marriage",
        (
            ("number", "TEXT NOT NULL"),
            ("partner", "TEXT NOT NULL"),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
        ),
        """SELECT number, partner_number, married_on, divorced_on FROM resident
           WHERE partner_number IS NOT NULL AND married_on IS NOT NULL""",
        ("number",),
    ),
    Table(
        "tax",
        "rate",
        (
            ("number", "TEXT NOT NULL"),
            ("year", "INTEGER NOT NULL"),
            ("tax_rate", "INTEGER NOT NULL"),
            ("filing_unit", "TEXT NOT NULL"),
        ),
        """SELECT number, y.year, tax_rate, filing_unit FROM resident,
                  (VALUES (2021), (2022), (2023)) AS y (year) WHERE tax_rate IS NOT NULL""",
        ("number",),
    ),
    Table(
        "labour-insurance",
        "leave_spell",
        (
            ("number", "TEXT NOT NULL"),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
        ),
        """SELECT number, leave_from, leave_until FROM resident WHERE leave_from IS NOT NULL""",
        ("number",),
    ),
    Table(
        "labour-insurance",
        "insured",
        (
            ("number", "TEXT NOT NULL"),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
        ),
        """SELECT number, insured_from, NULL FROM resident WHERE insured_from IS NOT NULL""",
        ("number",),
    ),
    Table(
        "social-affairs",
        "assistance",
        (
            ("number", "TEXT NOT NULL"),
            ("income_class", "TEXT NOT NULL"),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
            ("disadvantaged", "INTEGER NOT NULL"),
            ("in_state_placement", "INTEGER NOT NULL"),
        ),
        """SELECT number, income_class, class_from, class_until, disadvantaged,
                  in_state_placement FROM resident
           WHERE income_class <> 'general' OR disadvantaged OR in_state_placement""",
        ("number",),
    ),
    Table(
        "social-affairs",
        "benefit_account",
        (
            ("number", "TEXT NOT NULL"),
            ("bank_code", "TEXT NOT NULL"),
            ("account", "TEXT NOT NULL"),
        ),
        """SELECT number, bank_code, account FROM resident WHERE benefit_account""",
        ("number",),
    ),
    Table(
        "childcare",
        "place",
        (
            ("number", "TEXT NOT NULL"),
            ("kind", "TEXT NOT NULL"),
            ("value", "TEXT NOT NULL"),
            ("weekly_hours", _INT),
            ("monthly_fee", _INT),
            ("starts_on", "TEXT NOT NULL"),
            ("ends_on", _TEXT),
        ),
        """SELECT number, 'care', care, weekly_care_hours, NULL, care_from, care_until
           FROM resident WHERE care <> 'none'
           UNION ALL
           SELECT number, 'kindergarten', kindergarten, NULL, kindergarten_fee,
                  kindergarten_from, kindergarten_until
           FROM resident WHERE kindergarten <> 'none'""",
        ("number",),
    ),
    Table(
        "bank",
        "account",
        (
            ("bank_code", "TEXT NOT NULL"),
            ("account", "TEXT NOT NULL"),
            ("number", "TEXT NOT NULL"),
            ("open", "INTEGER NOT NULL"),
        ),
        """SELECT bank_code, account, number, account_open FROM resident
           WHERE account IS NOT NULL""",
        ("number", "account"),
    ),
)
