"""What the registers say about each person of a slice: the temporary table `resident`.

Shares are set by hand near Taiwan's of 2022 (assistance classes, bracket of the tax rate, places
in care and kindergarten); they make the demo plausible and are no statistic.
"""

# ruff: noqa: S608 — every value in the SQL is this module's own; nothing comes from outside

from __future__ import annotations

from datetime import date

from minben.demo.town.draws import Draws
from minben.demo.town.kin import CHILDREN_FROM, PLACES, YEAR
from minben.demo.town.names import SYLLABLES, name_sql
from minben.demo.town.numbers import number_sql
from minben.demo.town.townships import BUCKETS

TAX = (("5", 7300), ("12", 1650), ("20", 680), ("30", 280), ("40", 90))
CLASSES = (("'low'", 160), ("'mid_low'", 190), ("'general'", 9650))
CARE = (("'public'", 450), ("'quasi_public'", 1500), ("'private'", 600), ("'none'", 7450))
KINDERGARTEN = (("'public'", 2700), ("'non_profit'", 1200), ("'quasi_public'", 3200))
FEES = {
    "public": (1500, 40),
    "non_profit": (6500, 35),
    "quasi_public": (8500, 50),
    "private": (9000, 130),
}  # least monthly fee in NTD, and how many steps of 100 above it
LEAVE = (("mother", 3800), ("father", 900))
STARTS_AT = (("2", 3400), ("3", 4300), ("4", 1600), ("5", 400), ("99", 300))
BANKS = ("700", "004", "005", "006", "008", "012", "013", "808", "812", "822")


def statements(draws: Draws, before: int, people: int, on: date) -> list[str]:
    """SQL that turns `kin` into `resident`.

    `before` people have been made in earlier slices; from `people` on, nobody is made. Children
    come last in their group, so the cut never leaves a child without the parents it has.
    """
    return [numbered(draws, before, people), _facts(draws, on), _leave(draws, on), _resident()]


def numbered(draws: Draws, before: int, people: int) -> str:
    """SQL that gives everyone of `kin` an id, a number, and the keys of family and home."""
    number = number_sql("id", "sex", "NOT is_foreign")
    return f"""CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT *, {number} AS number,
               mix(xor(family_word, {draws.salt("family")}::UBIGINT)) AS family_key
        FROM (SELECT *, {before} + row_number() OVER (ORDER BY sid) - 1 AS id,
                     mix(coalesce(family, sid)::UBIGINT) AS family_word,
                     mix(coalesce(head, sid)::UBIGINT) AS home_word FROM kin)
        WHERE id < {people}"""


def _facts(draws: Draws, on: date) -> str:
    zh, en = name_sql(draws.upto("first", len(SYLLABLES)), draws.upto("second", len(SYLLABLES)))
    age = f"((DATE '{on}' - born) // {YEAR})"
    alone = f"""(divorced_on IS NOT NULL OR sid % {PLACES} >= {CHILDREN_FROM}
        OR {draws.chance("files_alone", 900, "family_key")})"""
    tax_key = f"CASE WHEN {alone} THEN k ELSE family_key END"
    school = "CASE WHEN month(born) >= 9 THEN year(born) + 1 ELSE year(born) END"
    bank = ", ".join(f"'{code}'" for code in BANKS)
    fee = "CASE kindergarten " + " ".join(
        f"WHEN '{kind}' THEN {least} + 100 * {draws.upto('fee', steps)}"
        for kind, (least, steps) in FEES.items()
    )
    return f"""CREATE OR REPLACE TEMP TABLE told AS
        SELECT *,
            CASE WHEN care <> 'none' THEN 30 + 5 * {draws.upto("hours", 4)}
                 - CASE WHEN {draws.chance("part_time", 800)} THEN 12 ELSE 0 END END
              AS weekly_care_hours,
            CASE WHEN care <> 'none' THEN
              least(born + 1065, care_from + 200 + {draws.upto("care_days", 700)}) END
              AS care_until,
            CASE WHEN kindergarten <> 'none' THEN make_date(school_year + 6, 7, 31) END
              AS kindergarten_until,
            {fee} END AS kindergarten_fee,
            CASE WHEN income_class = 'general' THEN DATE '{on}' ELSE
              make_date(year(DATE '{on}') - {draws.upto("class_since", 4, "family_key")}, 1, 1)
              END AS class_from,
            CASE WHEN income_class <> 'general'
              AND {draws.chance("class_ends", 2500, "family_key")}
              THEN make_date(year(DATE '{on}'), 12, 31) END AS class_until
        FROM (SELECT *,
            CASE WHEN {age} < 6 AND first_care <= DATE '{on}' THEN care_drawn ELSE 'none' END
              AS care,
            CASE WHEN care_drawn <> 'none' THEN first_care END AS care_from,
            CASE WHEN starts_at < 6 AND kindergarten_from <= DATE '{on}'
              AND make_date(school_year + 6, 7, 31) >= DATE '{on}'
              THEN kindergarten_drawn ELSE 'none' END AS kindergarten
        FROM (SELECT *,
            make_date(school_year + least(starts_at, 6), 9, 1) AS kindergarten_from,
            town.code AS township, moved.code AS moved_from_drawn
        FROM (SELECT id, b, sid, number, k, sex, born, died_on, birth_sequence, mother, father,
                     partner, married_on, divorced_on, head, adopted_on, family,
                     is_foreign, family_key,
            {zh} AS name, {en} AS name_en, {school} AS school_year,
            CASE WHEN {draws.chance("abroad", 20)} AND {age} < 20 THEN NULL
                 WHEN born + 3 + {draws.upto("registers", 50)} <= DATE '{on}'
                 THEN born + 3 + {draws.upto("registers", 50)} END AS registered_on,
            {draws.upto("township", BUCKETS, "home_word")} AS bucket,
            {draws.upto("moved_from", BUCKETS)} AS moved_bucket,
            CASE WHEN {draws.chance("moved", 900)} AND {age} >= 3
                 THEN DATE '{on}' - 30 - {draws.upto("moved_on", 1000)} END AS moved_on,
            CASE WHEN {age} >= 21 THEN {draws.choice("tax_rate", TAX, f"({tax_key})")} END
              AS tax_rate,
            {alone} AS files_alone,
            {draws.choice("class", CLASSES, "family_key")} AS income_class,
            {draws.chance("disadvantaged", 220, "family_key")} AND {age} < 18 AS disadvantaged,
            {draws.chance("placement", 15)} AND {age} < 18 AS in_state_placement,
            {draws.choice("care", CARE)} AS care_drawn,
            born + 60 + {draws.upto("care_from", 420)} AS first_care,
            {draws.choice("starts_at", STARTS_AT)} AS starts_at,
            {draws.choice("kindergarten", [*KINDERGARTEN, ("'private'", 2900)])}
              AS kindergarten_drawn,
            CASE WHEN {age} BETWEEN 20 AND 66 AND {draws.chance("insured", 7300)}
                 THEN greatest(born + {20 * YEAR},
                               DATE '{on}' - 200 - {draws.upto("insured_from", 6000)}) END
              AS insured_from,
            CASE WHEN {age} >= 18 AND {draws.chance("banked", 9600)} THEN
              [{bank}][{draws.upto("bank", len(BANKS))} + 1] END AS bank_code,
            lpad(((id * 7919 + 1000003) % 100000000000)::VARCHAR, 11, '0') AS account_drawn,
            NOT {draws.chance("closed", 60)} AS account_open,
            {draws.chance("benefit_low", 9000)} AS benefit_low,
            {draws.chance("benefit", 250)} AS benefit_any
        FROM numbered) AS drawn
        JOIN town_bucket AS town ON town.bucket = drawn.bucket
        JOIN town_bucket AS moved ON moved.bucket = moved_bucket))"""


def _leave(draws: Draws, on: date) -> str:
    starts = f"born + 56 + {draws.upto('leave_from', 500)}"
    parents = [
        f"""SELECT {parent} AS sid, born, {starts} AS leave_from,
                {starts} + 90 + {draws.upto("leave_days", 93)} AS leave_until
            FROM told WHERE {draws.chance(f"leave_of_{parent}", share)} AND {starts} <= DATE '{on}'
              AND {parent} IS NOT NULL"""
        for parent, share in LEAVE
    ]
    return f"""CREATE OR REPLACE TEMP TABLE leave AS
        SELECT l.sid, arg_max(leave_from, l.born) AS leave_from,
               arg_max(leave_until, l.born) AS leave_until
        FROM ({" UNION ALL ".join(parents)}) AS l
        JOIN told AS p ON p.sid = l.sid AND p.insured_from <= leave_from
        GROUP BY l.sid"""


def _resident() -> str:
    return """CREATE OR REPLACE TEMP TABLE resident AS
        SELECT p.id, p.b AS kin, p.number, p.name, p.name_en, p.sex, p.born AS birth_date,
            p.birth_sequence, NOT p.is_foreign AS is_national, p.registered_on, p.died_on,
            m.id AS mother, f.id AS father, m.number AS mother_number, f.number AS father_number,
            s.number AS partner_number,
            CASE WHEN p.divorced_on IS NULL AND p.married_on IS NOT NULL THEN s.number END
              AS spouse_number,
            p.married_on, p.divorced_on,
            'T' || lpad(coalesce(h.id, p.id)::VARCHAR, 8, '0') AS household, p.township,
            p.adopted_on, p.moved_on,
            CASE WHEN p.moved_on IS NOT NULL THEN p.moved_from_drawn END AS moved_from,
            p.tax_rate,
            'U' || lpad(CASE WHEN p.files_alone THEN p.sid ELSE coalesce(p.family, p.sid)
                        END::VARCHAR, 9, '0') AS filing_unit,
            l.leave_from, l.leave_until, p.insured_from, p.income_class, p.class_from,
            p.class_until, p.disadvantaged, p.in_state_placement, p.care, p.weekly_care_hours,
            p.care_from, p.care_until, p.kindergarten, p.kindergarten_fee, p.kindergarten_from,
            p.kindergarten_until, p.bank_code,
            CASE WHEN p.bank_code IS NOT NULL THEN p.account_drawn END AS account, p.account_open,
            p.bank_code IS NOT NULL
              AND (p.income_class <> 'general' AND p.benefit_low OR p.benefit_any)
              AS benefit_account
        FROM told AS p
        LEFT JOIN told AS m ON m.sid = p.mother
        LEFT JOIN told AS f ON f.sid = p.father
        LEFT JOIN told AS s ON s.sid = p.partner
        LEFT JOIN told AS h ON h.sid = p.head
        LEFT JOIN leave AS l ON l.sid = p.sid"""
