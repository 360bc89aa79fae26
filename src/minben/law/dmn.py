"""A rule as a decision table of DMN 1.5 (OMG formal/24-01-01), unary tests in FEEL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from minben.law.domain import INFINITY, Domain

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
        for j, (name, written) in enumerate(zip(table.results, row.result, strict=True)):
            made = SubElement(rule, "outputEntry", {"id": f"rule_{i + 1}_out_{j + 1}"})
            SubElement(made, "text").text = _output(name, written)
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
    low, high = domain.low, domain.high
    if low == high:
        return _feel_value(int(low), kind)
    if low == -INFINITY:
        return "-" if high == INFINITY else f"<= {_feel_value(int(high), kind)}"
    if high == INFINITY:
        return f">= {_feel_value(int(low), kind)}"
    return f"[{_feel_value(int(low), kind)}..{_feel_value(int(high), kind)}]"


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


def _output(name: str, written: str) -> str:
    if not written:
        return "null"
    return written if name == "amount" else f'"{written}"'
