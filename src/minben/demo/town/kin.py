"""Who is whose parent, partner and sibling.

The town is made of kin groups of four clans that marry among themselves: couple j of clan c is a
son of clan c and a daughter of clan c XOR j. So every pointer stays inside one group, groups can
be made in any order, and a slice of groups is a slice of the nation. A person's place in the
group fixes all that follows:

    0–3 grandmothers   4–7 grandfathers   8–19 sons   20–31 their wives   32–39 unmarried
    40–51 former partners   52–111 children, five for each couple (the first: of an earlier union)
    112–119 children of unmarried mothers

Shapes: births a year 0.6 % of the people, 1.0 to 1.1 children a woman, pyramid near Taiwan's of
September 2022; the shares below were fitted to that by hand, not taken from a statistic.
"""

# ruff: noqa: S608 — every value in the SQL is this module's own; nothing comes from outside

from __future__ import annotations

from datetime import date

from minben.demo.town.draws import Draws

PLACES = 128  # places in a kin group; person = group × PLACES + place
CHILDREN_FROM = 52  # the first place of a child; before it are their parents
YEAR = 365
# grandmothers' birth years: 13 classes of four years from 1917, shares of ten thousand
FIRST_YEAR, CLASS_YEARS = 1917, 4
SHARES = (180, 330, 420, 520, 700, 900, 1000, 1050, 1100, 1100, 1050, 900, 750)
COUPLES = 4400  # of ten thousand possible couples
UNMARRIED = 5000
# children a couple has in the end, by the wife's birth year: shares of 0, 1, 2, 3, 4
CHILDREN = ((1958, (400, 900, 3600, 3600)), (1975, (1000, 2200, 4800, 1600)))
CHILDREN_SINCE = (2000, 3100, 3800, 900)


def statements(draws: Draws, first: int, last: int, on: date) -> list[str]:
    """SQL that makes the temporary table `kin` for groups first … last − 1, as known on a day."""
    return [
        _groups(draws, first, last),
        _clans(draws),
        _couples(draws, on),
        _kin(draws, on),
    ]


def _groups(draws: Draws, first: int, last: int) -> str:
    classes = [(str(i), share) for i, share in enumerate(SHARES)]
    return f"""CREATE OR REPLACE TEMP TABLE kin_group AS
        SELECT b, k,
               make_date({FIRST_YEAR} + {CLASS_YEARS} * {draws.choice("class", classes)}, 1, 1)
                 AS since
        FROM (SELECT b, {draws.key(f"b * {PLACES} + {PLACES - 1}")} AS k
              FROM range({first}, {last}) AS r (b))"""


def _clans(draws: Draws) -> str:
    return f"""CREATE OR REPLACE TEMP TABLE clan AS
        SELECT b, c, k, mother_born, mother_born + 300 - {draws.upto("elder_gap", 2900)}
               AS father_born
        FROM (SELECT b, c, k, since + {draws.upto("elder", CLASS_YEARS * YEAR)} AS mother_born
              FROM (SELECT b, c, since, {draws.key(f"b * {PLACES} + c")} AS k
                    FROM kin_group, range(4) AS r (c)))"""


def _couples(draws: Draws, on: date) -> str:
    counts = "CASE " + "".join(
        f"WHEN year(wife_born) < {until} THEN {_count(draws, shares)} "
        for until, shares in CHILDREN
    )
    counts += f"ELSE {_count(draws, CHILDREN_SINCE)} END"
    gap = [f"540 + {draws.upto(f'spacing_{n}', 1300)} AS gap_{n}" for n in (2, 3, 4)]
    born = f"{YEAR} * (21 + 4 * (j - 1))"
    return f"""CREATE OR REPLACE TEMP TABLE couple AS
        SELECT *, first_birth - {YEAR} - {draws.upto("wedding", 900)} AS married_on,
               CASE WHEN {draws.chance("divorce", 1800)} THEN
                 first_birth + 300 + {draws.upto("divorce_on", 6000)} END AS divorces_on,
               CASE WHEN {draws.chance("twins", 180)} THEN 0 ELSE gap_two END AS gap_2
        FROM (SELECT *, {counts} AS children, {gap[0].replace("gap_2", "gap_two")},
                     {gap[1]}, {gap[2]},
                     wife_born + {YEAR * 24} + {draws.upto("first", 2900)}
                     + {draws.upto("later", 2900)} AS first_birth,
                     {draws.chance("earlier", 900)} AS earlier,
                     {draws.chance("earlier_of_wife", 4000)} AS of_wife,
                     {draws.chance("adopts", 60)} AS adopts,
                     {draws.chance("wife_abroad", 400)} AS foreign_wife,
                     {draws.chance("husband_abroad", 100)} AS foreign_husband
              FROM (SELECT x.b, x.c, j, x.c * 3 + j - 1 AS n, x.k,
                           h.mother_born + {born} + {draws.upto("husband", 1500, "x.k")}
                             AS husband_born,
                           w.mother_born + {born} + {draws.upto("wife", 1500, "x.k")} AS wife_born,
                           xor(x.c, j) AS wife_clan
                    FROM (SELECT b, c, j::INTEGER AS j,
                                 {draws.key(f"b * {PLACES} + 8 + c * 3 + j - 1")} AS k
                          FROM clan, range(1, 4) AS r (j)) AS x
                    JOIN clan AS h ON h.b = x.b AND h.c = x.c
                    JOIN clan AS w ON w.b = x.b AND w.c = xor(x.c, j))
              WHERE {draws.chance("couple", COUPLES)}
                AND greatest(husband_born, wife_born) <= DATE '{on}' - {20 * YEAR})"""


def _count(draws: Draws, shares: tuple[int, ...]) -> str:
    return draws.choice(
        "children", [*((str(n), share) for n, share in enumerate(shares)), ("4", 0)]
    )


def _kin(draws: Draws, on: date) -> str:
    parts = [
        *_elders(),
        *_pairs(on),
        _unmarried(draws, on),
        _former(draws),
        _children(draws, on),
        _children_of_the_unmarried(draws, on),
    ]
    lived = f"""CASE WHEN place < 8 OR place >= {CHILDREN_FROM} THEN {_lifespan(draws)}
                ELSE greatest({_lifespan(draws)}, {YEAR * 48}) END"""
    return f"""CREATE OR REPLACE TEMP TABLE kin AS
        SELECT *, CASE WHEN born + lived <= DATE '{on}' THEN born + lived END AS died_on
        FROM (SELECT *, {lived} AS lived
              FROM (SELECT *, b * {PLACES} + place AS sid,
                           {draws.key(f"b * {PLACES} + place")} AS k
                    FROM ({" UNION ALL BY NAME ".join(parts)})))
        WHERE born <= DATE '{on}' AND (place >= 8 OR born + lived > DATE '{on}' - {5 * YEAR})"""


def _row(source: str, where: str = "true", **columns: str) -> str:
    kept: dict[str, str] = {
        "b": "b",
        "place": "NULL",
        "sex": "NULL",
        "born": "NULL::DATE",
        "birth_sequence": "1",
        "mother": "NULL::BIGINT",
        "father": "NULL::BIGINT",
        "partner": "NULL::BIGINT",
        "married_on": "NULL::DATE",
        "divorced_on": "NULL::DATE",
        "head": "NULL::BIGINT",
        "family": "NULL::BIGINT",  # who shares income class, and taxes when filing together
        "is_foreign": "false",
        "adopted_on": "NULL::DATE",
        **columns,
    }
    inside = ", ".join(f"{sql} AS {name}" for name, sql in kept.items())
    return f"SELECT {inside} FROM {source} WHERE {where}"


def _at(place: str) -> str:
    return f"b * {PLACES} + {place}"


def _elders() -> list[str]:
    shared = {
        "head": _at("c"),
        "family": _at("c"),
        "married_on": f"mother_born + {YEAR * 20}",
    }
    return [
        _row("clan", place="c", sex="2", born="mother_born", partner=_at("4 + c"), **shared),
        _row("clan", place="4 + c", sex="1", born="father_born", partner=_at("c"), **shared),
    ]


def _pairs(on: date) -> list[str]:
    divorced = f"CASE WHEN divorces_on <= DATE '{on}' THEN divorces_on END"
    married = f"CASE WHEN married_on <= DATE '{on}' THEN married_on END"
    shared = {"married_on": married, "divorced_on": divorced}
    together = f"married_on <= DATE '{on}' AND {divorced} IS NULL"
    husband, wife = _at("8 + n"), _at("20 + n")
    return [
        _row(
            "couple",
            place="8 + n",
            sex="1",
            born="husband_born",
            mother=_at("c"),
            father=_at("4 + c"),
            partner=wife,
            head=husband,
            family=husband,
            is_foreign="foreign_husband",
            **shared,
        ),
        _row(
            "couple",
            place="20 + n",
            sex="2",
            born="wife_born",
            mother=_at("wife_clan"),
            father=_at("4 + wife_clan"),
            partner=husband,
            head=f"CASE WHEN {together} THEN {husband} ELSE {wife} END",
            family=f"CASE WHEN {together} THEN {husband} ELSE {wife} END",
            is_foreign="foreign_wife",
            **shared,
        ),
    ]


def _unmarried(draws: Draws, on: date) -> str:
    source = f"""(SELECT b, c, s::INTEGER AS s, mother_born,
                         {draws.key(f"b * {PLACES} + 32 + c * 2 + s")} AS k
                  FROM clan, range(2) AS r (s))"""
    own = _at("32 + c * 2 + s")
    born = f"mother_born + {YEAR} * (24 + 9 * s) + {draws.upto('unmarried_born', 3200)}"
    return _row(
        source,
        f"{draws.chance('unmarried', UNMARRIED)} AND {born} <= DATE '{on}'",
        place="32 + c * 2 + s",
        sex="1 + s",
        born=born,
        mother=_at("c"),
        father=_at("4 + c"),
        head=f"CASE WHEN {draws.chance('at_home', 5500)} THEN {_at('c')} ELSE {own} END",
        family=own,
    )


def _former(draws: Draws) -> str:
    born = "CASE WHEN of_wife THEN wife_born ELSE husband_born END"
    return _row(
        "couple",
        "earlier",
        place="40 + n",
        sex="CASE WHEN of_wife THEN 1 ELSE 2 END",
        born=f"{born} + 700 - {draws.upto('former', 1400)}",
        partner=f"CASE WHEN of_wife THEN {_at('20 + n')} ELSE {_at('8 + n')} END",
        married_on=f"{born} + {YEAR * 20 - 100}",
        divorced_on=f"{born} + {YEAR * 23}",
        head=_at("40 + n"),
        family=_at("40 + n"),
    )


def _children(draws: Draws, on: date) -> str:
    earlier = "CASE WHEN of_wife THEN wife_born ELSE husband_born END"
    born = f"""(CASE i WHEN 0 THEN {earlier} + {YEAR * 20} + {draws.upto("earlier_birth", 800)}
                WHEN 1 THEN first_birth WHEN 2 THEN first_birth + gap_2
                WHEN 3 THEN first_birth + gap_2 + gap_3
                ELSE first_birth + gap_2 + gap_3 + gap_4 END)"""
    adopted = (
        f"""CASE WHEN adopts AND i = 1 THEN {born} + 200 + {draws.upto("adopted", 600)} END"""
    )
    age = f"((DATE '{on}' - {born}) // {YEAR})"
    there = f"""CASE WHEN i = 0 THEN earlier ELSE i <= children END
        AND {born} <= wife_born + {46 * YEAR} AND coalesce({adopted}, {born}) <= DATE '{on}'
        AND ({age} < 22 OR {draws.upto("leaves", 12, "mix(k + i::UBIGINT)")} >= {age} - 22)"""
    with_mother = f"""CASE WHEN divorces_on <= DATE '{on}' AND {draws.chance("custody", 6500)}
        THEN {_at("20 + n")} ELSE {_at("8 + n")} END"""
    guardian = f"""CASE WHEN i > 0 THEN {with_mother} WHEN of_wife THEN {_at("20 + n")}
        ELSE {_at("8 + n")} END"""
    return _row(
        "couple, range(5) AS r (i)",
        there,
        place="52 + n * 5 + i",
        sex=f"1 + {draws.upto('child_sex', 2, 'mix(k + i::UBIGINT)')}",
        born=born,
        birth_sequence="CASE WHEN i = 2 AND gap_2 = 0 THEN 2 ELSE 1 END",
        mother=f"CASE WHEN i = 0 AND NOT of_wife THEN {_at('40 + n')} ELSE {_at('20 + n')} END",
        father=f"CASE WHEN i = 0 AND of_wife THEN {_at('40 + n')} ELSE {_at('8 + n')} END",
        head=guardian,
        family=guardian,
        is_foreign="foreign_wife AND foreign_husband",
        adopted_on=adopted,
    )


def _children_of_the_unmarried(draws: Draws, on: date) -> str:
    source = (
        f"""(SELECT b, c, mother_born, {draws.key(f"b * {PLACES} + 33 + c * 2")} AS k FROM clan)"""
    )
    woman = f"mother_born + {YEAR * 33} + {draws.upto('unmarried_born', 3200)}"
    born = f"{woman} + {YEAR * 21} + {draws.upto('unmarried_birth', 5500)}"
    age = f"((DATE '{on}' - ({born})) // {YEAR})"
    own = _at("33 + c * 2")
    there = f"{draws.chance('unmarried', UNMARRIED)} AND {draws.chance('unmarried_mother', 900)}"
    return _row(
        source,
        f"{there} AND {born} <= DATE '{on}' AND {age} < 26",
        place="112 + c",
        sex=f"1 + {draws.upto('child_sex', 2)}",
        born=born,
        mother=own,
        head=own,
        family=own,
    )


def _lifespan(draws: Draws) -> str:
    """Days of life, near Taiwan's of 2021 by hand; men four years less."""
    u = draws.upto("lifespan", 10_000)
    return f"""(CASE WHEN {u} < 40 THEN {u} * 9
        WHEN {u} < 100 THEN 365 + ({u} - 40) * 110
        WHEN {u} < 450 THEN 7000 + ({u} - 100) * 31
        WHEN {u} < 1300 THEN 18250 + ({u} - 450) * 13 // 2
        WHEN {u} < 2500 THEN 23725 + ({u} - 1300) * 3
        WHEN {u} < 3700 THEN 27375 + ({u} - 2500) * 3 // 2
        WHEN {u} < 5500 THEN 29200 + ({u} - 3700)
        WHEN {u} < 7600 THEN 31025 + ({u} - 5500) * 87 // 100
        WHEN {u} < 9200 THEN 32850 + ({u} - 7600) * 114 // 100
        ELSE 34675 + ({u} - 9200) * 9 // 4 END
        - CASE WHEN sex = 1 AND {u} >= 1300 THEN 1460 ELSE 0 END)::INTEGER"""
