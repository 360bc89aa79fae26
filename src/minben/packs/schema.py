"""JSON Schema (2020-12) of a pack's facts and of its answer: what `minben facts` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minben.facts.catalogue import FACTS, Fact
from minben.packs.model import Pack

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY = {"type": "string", "format": "date", "examples": ["2022-07-03"]}
TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}


def of(pack: Pack) -> dict[str, Any]:
    """Two schemas in one document: `#/$defs/facts` and `#/$defs/answer`."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:minben:pack:{pack.key}",
        "title": f"{pack.name.zh} {pack.name.en}",
        "description": pack.manifest.summary.en,
        "$ref": "#/$defs/facts",
        "$defs": {"text": TEXT, "facts": facts(pack), "answer": answer(pack)},
    }


def facts(pack: Pack) -> dict[str, Any]:
    """The file form of a situation: the persons of one case and what is known of each."""
    asks = pack.manifest.asks
    asked = dict.fromkeys((*asks.subject, *asks.parents, *asks.siblings))
    return {
        "type": "object",
        "description": (
            "The persons listed are the whole known family. A fact that is absent is unknown; "
            f"of {pack.manifest.subject} may be asked: {', '.join(asks.subject)}; "
            f"of the parents: {', '.join(asks.parents) or '-'}; "
            f"of siblings: {', '.join(asks.siblings) or '-'}."
        ),
        "properties": {
            "subject": {"type": "string", "description": "Key of the person it is about"},
            "persons": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {key: _fact(FACTS[key], pack) for key in asked},
                },
            },
        },
        "required": ["subject", "persons"],
    }


def answer(pack: Pack) -> dict[str, Any]:
    """What `minben decide` answers with exit code 0 or 3."""
    scheme = {"enum": [*pack.schemes, None]}
    amount = {"type": ["integer", "null"], "minimum": 0, "description": "NTD for the month"}
    pays = {"enum": ["family", "price", None]}
    reason = _object({"key": {"type": "string"}, "text": {"$ref": "#/$defs/text"}})
    source = _object(
        {
            "key": {"enum": list(pack.manifest.sources)},
            "kind": {"type": "string"},
            "text": {"$ref": "#/$defs/text"},
            "href": {"type": ["string", "null"]},
        }
    )
    result = _object(
        {
            "status": {"enum": ["due", "not_due"]},
            "scheme": scheme,
            "scheme_name": {"anyOf": [{"$ref": "#/$defs/text"}, {"type": "null"}]},
            "pays": pays,
            "amount": amount,
            "reason": reason,
            "citations": _list(source),
        }
    )
    predicate = _object(
        {
            "person": {"type": "string"},
            "fact": {"enum": list(FACTS)},
            "op": {"enum": ["at_least", "is", "value"]},
            "value": {"type": ["string", "integer", "boolean", "null"]},
            "key": {"type": "string"},
            "data_set": {"type": "string"},
            "text": {"$ref": "#/$defs/text"},
        }
    )
    dispute = _object(
        {
            "parameter": {"type": "string"},
            "description": {"$ref": "#/$defs/text"},
            "value": {"type": ["string", "integer", "boolean", "null"]},
            "alternative": {"type": ["string", "integer", "boolean", "null"]},
            "confidence": {"type": "string"},
            "results": _list(result),
        }
    )
    return _object(
        {
            "pack": {"const": pack.key},
            "subject": {"type": "string"},
            "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
            "status": {"enum": ["due", "not_due", "open"]},
            "scheme": scheme,
            "pays": pays,
            "amount": amount,
            "reason": reason,
            "outcomes": {**_list(result), "minItems": 1},
            "citations": _list(source),
            "needed": {**_list(predicate), "description": "In the order of asking"},
            "facts_needed": _list({"type": "string"}),
            "not_needed": _list({"type": "string"}),
            "disputed": _list(dispute),
            "trace": {"type": "object"},
            "rules_hash": {"type": "string", "pattern": "^sha-256:[0-9a-f]{64}$"},
        }
    )


def _fact(fact: Fact, pack: Pack) -> dict[str, Any]:
    value = plain(fact)
    forms: list[dict[str, Any]] = [value]
    if fact.type.kind in ("date", "person"):
        forms.append({"type": "null"})
    if fact.type.spell:
        forms.append(
            _list(
                _object(
                    {"value": value, "on": DAY, "until": {"anyOf": [DAY, {"type": "null"}]}},
                    required=("value", "on"),
                )
            )
        )
    if fact.type.kind != "person":
        answers = {"type": "object", "additionalProperties": {"type": "boolean"}}
        forms.append(
            {
                "type": "object",
                "properties": {"at_least": answers, "is": answers},
                "additionalProperties": False,
                "minProperties": 1,
            }
        )
    question = pack.texts["questions"].get(fact.key, fact.name)
    return {
        "title": f"{fact.name.zh} {fact.name.en}",
        "description": f"{question.zh} {question.en} ({fact.data_set})",
        "anyOf": forms,
    }


def plain(fact: Fact) -> dict[str, Any]:
    """The schema of one value of a fact."""
    kind = fact.type
    if kind.kind == "bool":
        return {"type": "boolean"}
    if kind.kind == "date":
        return DAY
    if kind.kind == "person":
        return {"type": "string", "description": "Key of a person listed"}
    if kind.kind == "text":
        return {"type": "string", **({"enum": list(kind.values)} if kind.values else {})}
    found: dict[str, Any] = {"type": "integer"}
    if kind.low is not None:
        found["minimum"] = kind.low
    if kind.high is not None:
        found["maximum"] = kind.high
    return found


def _object(properties: dict[str, Any], required: Iterable[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
