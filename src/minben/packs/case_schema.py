"""JSON Schema (2020-12) of a case decision: its facts and its answer, as `minben facts` prints."""

from __future__ import annotations

from typing import Any

from minben.facts.catalogue import FACTS, Fact
from minben.packs.case_pack import CaseDecision
from minben.packs.schema import DIALECT, TEXT, plain

_STRING = {"type": "string"}


def of(decision: CaseDecision) -> dict[str, Any]:
    """Two schemas in one document: `#/$defs/facts` and `#/$defs/answer`."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:minben:decision:{decision.key}",
        "title": f"{decision.title.zh} {decision.title.en}",
        "description": decision.words.summary.en,
        "$ref": "#/$defs/facts",
        "$defs": {
            "text": TEXT,
            "fraction": _object({"numerator": _WHOLE, "denominator": _WHOLE}),
            "line": _object(
                {
                    "key": _STRING,
                    "text": {"$ref": "#/$defs/text"},
                    "amount": {"type": ["integer", "null"], "description": "NTD"},
                    "citations": {"type": "array", "items": _STRING},
                }
            ),
            "facts": _facts(decision),
            "answer": _answer(decision),
        },
    }


_WHOLE = {"type": "integer", "minimum": 0}


def _facts(decision: CaseDecision) -> dict[str, Any]:
    person = {
        "type": "object",
        "properties": {key: _fact(FACTS[key]) for key in decision.law.READS},
    }
    return {
        "type": "object",
        "description": (
            "The persons listed are the whole family, also the dead (with died_on). A yes/no fact "
            "that is absent is no; null is nobody, or a day that has not come: `birth_date: null` "
            "is a child still to be born."
        ),
        "properties": {
            "subject": {"type": "string", "description": "Key of the person who died"},
            "persons": {"type": "object", "additionalProperties": person},
            **decision.law.BESIDES,
        },
        "required": ["subject", "persons"],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    schema = plain(fact)
    if fact.type.kind in ("date", "person"):
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {
        "title": f"{fact.name.zh} {fact.name.en}",
        "description": fact.data_set,
        **schema,
    }


def _answer(decision: CaseDecision) -> dict[str, Any]:
    line = {"$ref": "#/$defs/line"}
    reason = _object({"key": _STRING, "text": {"$ref": "#/$defs/text"}})
    source = _object(
        {
            "key": {"enum": list(decision.words.sources)},
            "kind": _STRING,
            "text": {"$ref": "#/$defs/text"},
            "href": {"type": ["string", "null"]},
        }
    )
    return _object(
        {
            "decision": {"const": decision.key},
            "subject": _STRING,
            "on": {"type": "string", "format": "date"},
            "status": {"enum": ["due", "not_due", "open"]},
            "reason": reason,
            "citations": {"type": "array", "items": source},
            **decision.law.GIVES,
            "derivation": {"type": "array", "items": line},
            "needed": {"type": "array", "items": {"type": "object"}},
            "disputed": {"type": "array", "items": {"type": "object"}},
            "parameters": {"type": "array", "items": {"type": "object"}},
            "case_only": {
                "const": True,
                "description": "This law is decided for one case only: no table, no SQL",
            },
            "rules_hash": {"type": "string", "pattern": "^sha-256:[0-9a-f]{64}$"},
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
