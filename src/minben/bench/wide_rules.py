"""Rule sets of any width, made up: linked rules, families, homes with rules of their own."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

from minben.law.parameter_tree import ParameterNode
from minben.law.rulebook import RuleBook

LEVELS = 20
NUMBERS = 8
_HEAD = '''"""Made up: {count} rules, seed {seed}."""
from __future__ import annotations

from minben.law import Entity, Group, least, most, variable
from minben.law.declaring import fact, same, vocabulary_of, whose


class Home(Entity):
    """Who lives together."""

    size: int = fact(low=0, high=200)
    members: Group[Member] = whose("home")


class Member(Entity):
    """A person with numbers."""

{facts}
    kind: str = fact(values=("a", "b", "c"))
    home: Home = fact()
    relatives: Group[Member] = same("home")


VOCABULARY = vocabulary_of(Member, Home)
'''
_RULE = '''

@variable(entity={entity})
def {name}(one, month, p):
    """Made up."""
{body}
'''


def source_of(count: int, seed: int) -> str:
    """The Python text of a rule set: rule i stands on a level of 20, and reads lower ones."""
    rng = random.Random(seed)  # noqa: S311 — made-up rules, nothing secret
    facts = "\n".join(f"    n{i}: int = fact(low=0, high=999)" for i in range(NUMBERS))
    texts, levels = [_HEAD.format(count=count, seed=seed, facts=facts)], LEVELS
    homes: list[int] = []
    for i in range(count):
        first = i * levels // count * count // levels  # rules below the own level
        if i % 28 == 14 and first:
            homes.append(i)
            body = _of_a_home(rng, first, homes)
        else:
            body = _of_a_member(rng, i, first, homes)
        entity = "Home" if i in homes else "Member"
        texts.append(_RULE.format(entity=entity, name=f"v{i}", body=body))
    return "".join(texts)


def rule_set(count: int, seed: int, folder: Path) -> tuple[RuleBook, ModuleType]:
    """The rules as a book; their text is written to a file, which exploring reads."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"wide_{count}_{seed}.py"
    file.write_text(source_of(count, seed), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"minben_wide_{count}_{seed}", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    book = RuleBook.of(module, vocabulary=module.VOCABULARY, parameters=ParameterNode("", {}))
    return book, module


def people_sql(people: int) -> dict[str, str]:
    """Tables `member` and `home` of so many people, three to a home, in order of homes."""
    numbers = ", ".join(
        f"CAST(hash(i * 31 + {n}) % 1000 AS BIGINT) AS n{n}" for n in range(NUMBERS)
    )
    kind = "CASE hash(i * 17) % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END"
    return {
        "member": f"SELECT i AS id, {numbers}, {kind} AS kind, i // 3 AS home"  # noqa: S608
        f" FROM range({people}) AS t(i)",
        "home": "SELECT i AS id, CAST(hash(i * 13) % 200 AS BIGINT) AS size"  # noqa: S608
        f" FROM range({(people + 2) // 3}) AS t(i)",
    }


def columns_of(entity: str) -> frozenset[str]:
    """The columns of the tables, all known of everybody."""
    if entity == "home":
        return frozenset({"size"})
    return frozenset({*(f"n{n}" for n in range(NUMBERS)), "kind", "home"})


def _below(rng: random.Random, first: int, homes: list[int]) -> str:
    """The call of a rule that stands lower."""
    i = rng.randrange(first)
    return f"v{i}({'one.home' if i in homes else 'one'}, month, p)"


def _of_a_home(rng: random.Random, first: int, homes: list[int]) -> str:
    of_members = [i for i in range(first) if i not in homes]
    what = rng.choice(of_members)
    return f"    return (one.members.total(v{what}) + one.size) % 1_000"


def _of_a_member(rng: random.Random, i: int, first: int, homes: list[int]) -> str:
    fact = f"one.n{rng.randrange(NUMBERS)}"
    if not first:
        return (
            f"    if {fact} > {rng.randrange(1000)}:\n        return {fact}\n    return {i % 900}"
        )
    a, b, c = (_below(rng, first, homes) for _ in range(3))
    lines = []
    if i % 14 == 0:
        what = rng.choice([k for k in range(first) if k not in homes])
        use = rng.choice((f"total(v{what}) % 1_000", f"most(v{what})", "count()"))
        lines.append(f"    if {a} > {rng.randrange(1000)}:\n        return one.relatives.{use}")
    lines += [
        f"    if {a} > {rng.randrange(1000)} and {fact} < {rng.randrange(1000)}:",
        f"        return ({b} + {rng.randrange(100)}) % 1_000",
        f"    if one.kind == {rng.choice(('a', 'b', 'c'))!r}:",
        f"        return ({fact} * {rng.randrange(2, 9)} + {c}) % 1_000",
        f"    n = least({b}, {rng.randrange(1, 900)})",
        f"    if {fact} >= {rng.randrange(1000)}:",
        f"        n += {rng.randrange(100)}",
        f"    return most(n - {rng.randrange(50)}, 0)",
    ]
    return "\n".join(lines)
