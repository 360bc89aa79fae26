"""Check the law of a pack: sources, disputes, what tracing cannot see, what it asks."""

from __future__ import annotations

from collections.abc import Iterator

from minben.law.entity import GroupUse
from minben.law.errors import RuleError
from minben.law.expression import Expression, leaves
from minben.law.parameter_tree import DatedValue, Parameter, ParameterNode
from minben.law.vocabulary import Parents
from minben.packs.coverage import expressions
from minben.packs.findings import Finding
from minben.packs.model import Pack

CLASSES = frozenset("ABCSM")


def sources(pack: Pack) -> Iterator[Finding]:
    """Rules and numbers without a source, with an unknown one, or without a confidence."""
    known = pack.manifest.sources
    for variable in pack.book.variables.values():
        if not variable.cite:
            yield _source(f"law.py {variable.name}", "no citation", 'Write cite="…"')
        for key in variable.cite:
            if key not in known:
                yield _source(f"law.py {variable.name}", f"{key} is no source", _ADD)
    yield from numbers(pack.parameters, set(known))


def numbers(parameters: ParameterNode, known: set[str]) -> Iterator[Finding]:
    """Numbers without a source, with an unknown one, or without a confidence."""
    for parameter in parameters.walk():
        for dated in parameter.values:
            yield from _number(parameter, dated, known)


def _number(parameter: Parameter, dated: DatedValue, known: set[str]) -> Iterator[Finding]:
    place = f"parameters {parameter.path} {dated.since}"
    references = dated.references or parameter.references
    if not references:
        yield _source(place, "no reference", "Write metadata: {reference: [key]}")
    for key in references:
        if key not in known:
            yield _source(place, f"{key} is no source", _ADD)
    letters = set(dated.confidence) - set(" ,/")
    if not letters or not letters <= CLASSES:
        yield _source(
            place, "no confidence", 'Write metadata: {confidence: "A"}, one of A B C S M'
        )


_ADD = "Add it to `sources` of pack.yaml"


def _source(place: str, mistake: str, mend: str) -> Finding:
    return Finding("source", place, mistake, mend)


def disputes(pack: Pack) -> Iterator[Finding]:
    """Numbers called disputed without another reading, or with one that is none."""
    yield from disputed(pack.parameters)


def disputed(parameters: ParameterNode) -> Iterator[Finding]:
    """The same of any tree of numbers."""
    for parameter in parameters.walk():
        yield from _dispute(parameter)


def _dispute(parameter: Parameter) -> Iterator[Finding]:
    for dated in parameter.values:
        place = f"parameters {parameter.path} {dated.since}"
        if "/" in dated.confidence and not (dated.alternatives or dated.note):
            yield Finding(
                "disputed",
                place,
                f"sources differ ({dated.confidence}), but no other reading is given",
                "Write disputed: [value], or a note that says what is uncertain",
            )
        for other in dated.alternatives:
            if other == dated.value:
                yield Finding(
                    "disputed", place, "the other reading is the same", "Write another or none"
                )
            elif isinstance(other, bool) is not isinstance(dated.value, bool) or isinstance(
                other, str
            ) is not isinstance(dated.value, str):
                yield Finding(
                    "disputed",
                    place,
                    f"{other!r} is of another kind",
                    "Write one of the same kind",
                )


def unreadable(pack: Pack) -> Iterator[Finding]:
    """What tracing cannot see: rules that cannot be explored, in some phase."""
    seen = set()
    for month in pack.phases:
        try:
            faults = pack.rules(month).check()
        except RuleError as error:
            faults = [str(error)]
        for fault in faults:
            if fault not in seen:
                seen.add(fault)
                yield Finding("law", f"law.py in {month}", fault, "Write it as law/README.md says")


def asked(pack: Pack) -> Iterator[Finding]:
    """Facts that the law reads but `asks` of pack.yaml does not name, and the reverse."""
    asks = pack.manifest.asks
    named = {
        "child": set(asks.subject),
        "parents": set(asks.parents),
        "siblings": set(asks.siblings),
    }
    read: dict[str, set[str]] = {"child": set(), "parents": set(), "siblings": set()}
    for month in pack.phases:
        for name in pack.book.variables:
            for path in pack.rules(month).paths_alone(name):
                for e in expressions(path):
                    for leaf in leaves(e).values():
                        _reads(leaf, pack, read)
    for who, facts in read.items():
        place = f"pack.yaml asks.{pack.manifest.subject if who == 'child' else who}"
        for fact in sorted(facts - named[who]):
            yield Finding("asks", place, f"the law reads {fact}", f"Add {fact}")
        for fact in sorted(named[who] - facts):
            yield Finding("asks", place, f"the law never reads {fact}", f"Remove {fact}")


def _reads(leaf: Expression, pack: Pack, read: dict[str, set[str]]) -> None:
    if leaf.op in ("fact", "days", "started"):
        read["child"].add(leaf.args[1])
    elif leaf.op == "group":
        use: GroupUse = leaf.args[1]
        relation = pack.book.vocabulary.relations[use.relation]
        who = "parents" if isinstance(relation, Parents) else "siblings"
        read["child"] |= set(relation.via if isinstance(relation, Parents) else (relation.via,))  # type: ignore[arg-type]
        read["child"] |= set(use.by)  # a rank compares the others' facts with one's own
        for what in (use.what, use.among, *use.by):
            if isinstance(what, str):  # of a rule its own paths are read
                read[who].add(what)
        if who == "siblings":
            read["siblings"] |= {"mother", "father"}
