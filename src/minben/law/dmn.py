"""A rule as a decision table of DMN 1.5 (OMG formal/24-01-01), unary tests in FEEL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from minben.law.domain import INFINITY, Domain
from minben.law.expression import Expression, Unknown, lifted
from minben.law.outcome import Outcome
from minben.law.writing import ARITHMETIC_SIGNS, COMPARE_SIGNS

if TYPE_CHECKING:
    from minben.law.decision_table import DecisionTable, Question

NAMESPACE: Final = "https://www.omg.org/spec/DMN/20230324/MODEL/"
_TYPES: Final = {"int": "number", "bool": "boolean", "text": "string", "date": "date"}


def dmn_xml(table: DecisionTable) -> str:
    """The XML of one decision; hit policy UNIQUE, since paths exclude each other."""
    root = Element(
        "definitions",
        {
            "xmlns": NAMESPACE,
            "id": f"definitions_{table.name}",
            "name": table.name,
            "namespace": f"urn:minben:law:{table.month}",
        },
    )
    decision = SubElement(root, "decision", {"id": table.name, "name": table.name})
    if table.description:
        SubElement(decision, "description").text = table.description
    SubElement(decision, "variable", {"id": f"{table.name}_variable", "name": table.name})
    drawn = SubElement(
        decision, "decisionTable", {"id": f"{table.name}_table", "hitPolicy": "UNIQUE"}
    )
    for i, question in enumerate(table.questions):
        _input(drawn, question, i)
    for name in table.results:
        output = {"id": f"output_{name}", "name": name, "typeRef": _output_type(name)}
        SubElement(drawn, "output", output)
    for i, row in enumerate(table.rows):
        rule = SubElement(drawn, "rule", {"id": f"rule_{i + 1}"})
        if row.citations:
            SubElement(rule, "description").text = "; ".join(row.citations)
        for j, (question, entry) in enumerate(zip(table.questions, row.entries, strict=True)):
            made = SubElement(rule, "inputEntry", {"id": f"rule_{i + 1}_in_{j + 1}"})
            SubElement(made, "text").text = feel(entry, question.kind)
        for j, written in enumerate(_outputs(row.path.result)):
            made = SubElement(rule, "outputEntry", {"id": f"rule_{i + 1}_out_{j + 1}"})
            SubElement(made, "text").text = written
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def feel(domain: Domain | None, kind: str) -> str:
    """A unary test: `"public", "quasi_public"`, `[0..24]`, `< 20`, `-` for any."""
    if domain is None:
        return "-"
    if domain.values is not None:
        return ", ".join(sorted(_feel_value(v, kind) for v in domain.values))
    if kind == "text":
        return "not(" + ", ".join(sorted(_feel_value(h, kind) for h in domain.holes)) + ")"
    low, high = (b and _feel_bound(b, kind) for b in bounds_of(domain, kind))
    if low is not None and low == high:
        return low
    if low is None:
        return "-" if high is None else f"<= {high}"
    return f">= {low}" if high is None else f"[{low}..{high}]"


def bounds_of(domain: Domain, kind: str) -> tuple[str | None, str | None]:
    """Lowest and highest value in words, None where there is no bound."""
    found: list[str | None] = []
    ends = (date.min.toordinal(), date.max.toordinal())
    for bound, far in zip((domain.low, domain.high), ends, strict=True):
        if abs(bound) == INFINITY or (kind == "date" and bound == far):
            found.append(None)
        else:
            day = kind == "date"
            found.append(date.fromordinal(int(bound)).isoformat() if day else str(int(bound)))
    return found[0], found[1]


def _feel_bound(bound: str, kind: str) -> str:
    return f'date("{bound}")' if kind == "date" else bound


def feel_value(value: Any) -> str:
    """A result in FEEL: look-ups and adjustments become `if … then … else …`."""
    e = lifted(value)
    op, args = e.op, e.args
    if not isinstance(e.value, Unknown):
        return _feel_value(e.value, e.kind)
    if op == "pick":
        *rows, last = args[1]
        key, kind = feel_value(args[0]), args[0].kind
        text = feel_value(last[1])
        for row, result in reversed(rows):
            text = f"if {key} = {_feel_value(row, kind)} then {feel_value(result)} else {text}"
        return f"({text})" if isinstance(args[1][0][1], Expression) else text
    if op == "where":
        return "(if {} then {} else {})".format(*(feel_value(a) for a in args))
    if op in ("max", "min"):
        return f"{op}({feel_value(args[0])}, {feel_value(args[1])})"
    if op == "floordiv":
        return f"floor({feel_value(args[0])} / {feel_value(args[1])})"
    if op == "mod":
        return f"modulo({feel_value(args[0])}, {feel_value(args[1])})"
    signs = {**ARITHMETIC_SIGNS, **COMPARE_SIGNS, "eq": "=", "and": "and", "or": "or"}
    if op in signs:
        return f"({feel_value(args[0])} {signs[op]} {feel_value(args[1])})"
    return f"not({feel_value(args[0])})" if op == "not" else e.text


def _input(drawn: Element, question: Question, number: int) -> None:
    made = SubElement(drawn, "input", {"id": f"input_{number + 1}", "label": question.text})
    asked = SubElement(
        made,
        "inputExpression",
        {"id": f"input_{number + 1}_expression", "typeRef": _TYPES[question.kind]},
    )
    SubElement(asked, "text").text = question.text
    if question.values:
        allowed = SubElement(made, "inputValues", {"id": f"input_{number + 1}_values"})
        SubElement(allowed, "text").text = ", ".join(f'"{v}"' for v in question.values)


def _feel_value(value: object, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date" and isinstance(value, int):
        return f'date("{date.fromordinal(value).isoformat()}")'
    return f'"{value}"' if kind == "text" else str(value)


def _output_type(name: str) -> str:
    return "number" if name == "amount" else "string"


def _outputs(result: Any) -> list[str]:
    if not isinstance(result, Outcome):
        return [feel_value(result)]
    parts = (result.status, result.scheme, result.amount, result.reason)
    return ["null" if part is None else feel_value(part) for part in parts]
