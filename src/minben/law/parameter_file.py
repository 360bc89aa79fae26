"""Read a folder of parameters in OpenFisca's YAML format (YAML 1.2, strict).

Per value also: `until` (last day, checked against the next value), and in `metadata`:
`reference` (one or a list), `confidence`, `disputed` (other readings of the value), `note`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode

from minben.law.parameter_tree import Bracket, DatedValue, Number, Parameter, ParameterNode, Scale

_WORDS: Final = frozenset({"description", "metadata", "documentation", "reference", "unit"})
_EXPECTED: Final = "expected"  # OpenFisca's placeholder: a change is foreseen, nothing is known


class ParameterError(ValueError):
    """參數檔有誤 A parameter file that cannot be read: which file, where, and what to write."""


class _ExactConstructor(SafeConstructor):
    """Decimal fractions as they are written, never as floats."""

    def construct_exact(self, node: ScalarNode) -> int | Decimal:
        """600.0 is the whole number 600; 0.25 stays exactly 0.25."""
        try:
            number = Decimal(str(node.value).replace("_", ""))
        except ArithmeticError:
            raise ParameterError(f"{node.value} is no number: write digits") from None
        if not number.is_finite():
            raise ParameterError(f"{node.value} is no number of the law")
        return int(number) if number == number.to_integral_value() else number


_ExactConstructor.add_constructor("tag:yaml.org,2002:float", _ExactConstructor.construct_exact)


def read_parameters(folder: Traversable) -> ParameterNode:
    """Every `*.yaml` below a folder as one tree; a file `index.yaml` describes its folder.

    ParameterError names file and path of a mistake: a value twice, a gap or overlap, a wrong word.
    """
    return _folder(folder, "")


def parameters_of(content: Mapping[str, Any], file: str) -> ParameterNode:
    """The tree that stands in one mapping: parameters given within a case, or an overlay."""
    children = {str(k): _entry(v, str(k), file) for k, v in content.items()}
    return ParameterNode("", children)


def _folder(folder: Traversable, path: str) -> ParameterNode:
    children: dict[str, Any] = {}
    about: Mapping[str, Any] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            children[entry.name] = _folder(entry, _below(path, entry.name))
        elif entry.name == "index.yaml":
            about = _load(entry)
        elif entry.name.endswith(".yaml"):
            name = entry.name.removesuffix(".yaml")
            if name in children:
                raise ParameterError(f"{_below(path, name)}: both a folder and a file")
            children[name] = _entry(_load(entry), _below(path, name), entry.name)
    return ParameterNode(path, children, _text(about, "description"), about.get("metadata") or {})


def _load(file: Traversable) -> Mapping[str, Any]:
    content = read_yaml(file.read_text(encoding="utf-8"), file.name)
    if not isinstance(content, Mapping):
        raise ParameterError(f"{file.name}: must hold `key: value` lines")
    return content


def read_yaml(text: str, file: str) -> Any:
    """YAML 1.2, strict: no key twice, decimal fractions exactly as written."""
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _ExactConstructor
    reader.version = (1, 2)
    reader.allow_duplicate_keys = False
    try:
        return reader.load(text)
    except (YAMLError, ParameterError) as error:
        raise ParameterError(f"{file}: {error}") from error


def _entry(content: Any, path: str, file: str) -> Parameter | Scale | ParameterNode:
    if not isinstance(content, Mapping):
        raise ParameterError(f"{file}: {path}: expected `values:`, `brackets:` or sub-parameters")
    if "brackets" in content:
        return _scale(content, path, file)
    if "values" in content:
        return _parameter(content, path, file)
    if content and all(isinstance(key, date) for key in content):
        return _parameter({"values": content}, path, file)
    children = {
        _name(key): _entry(value, _below(path, _name(key)), file)
        for key, value in content.items()
        if key not in _WORDS
    }
    if not children:
        raise ParameterError(f"{file}: {path}: no values")
    return ParameterNode(
        path, children, _text(content, "description"), content.get("metadata") or {}
    )


def _parameter(content: Mapping[str, Any], path: str, file: str) -> Parameter:
    strange = [k for k in content if k not in _WORDS and k != "values"]
    if strange:
        raise ParameterError(f"{file}: {path}: {strange[0]!r} beside `values`: not known here")
    metadata = content.get("metadata") or {}
    values = content["values"]
    if not isinstance(values, Mapping) or not values:
        raise ParameterError(f"{file}: {path}: `values` needs at least one `date: value`")
    dated = [_dated(day, value, path, file) for day, value in values.items()]
    kept = sorted((d for d in dated if d is not None), key=lambda d: d.since)
    return Parameter(
        path,
        _without_gaps(kept, path, file),
        _text(content, "description"),
        str(metadata.get("unit", content.get("unit", ""))),
        _references(metadata.get("reference", content.get("reference"))),
        metadata,
    )


def _dated(day: Any, content: Any, path: str, file: str) -> DatedValue | None:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ParameterError(f"{file}: {path}: {day!r} is no day: write 2022-08-01")
    if content == _EXPECTED:
        return None
    if not isinstance(content, Mapping):
        return DatedValue(day, _number(content, path, file))
    if "value" not in content:
        if content.get("expected") is not None:
            return None
        raise ParameterError(f"{file}: {path} on {day}: `value:` is missing")
    metadata = {**content, **(content.get("metadata") or {})}
    strange = [k for k in content if k not in ("value", "metadata", "until", *_METADATA)]
    if strange:
        raise ParameterError(f"{file}: {path} on {day}: {strange[0]!r} is not known here")
    until = metadata.get("until")
    if until is not None and (not isinstance(until, date) or until < day):
        raise ParameterError(f"{file}: {path} on {day}: until {until!r} is no later day")
    others = metadata.get("disputed") or ()
    return DatedValue(
        day,
        _number(content["value"], path, file),
        until,
        _references(metadata.get("reference")),
        str(metadata.get("confidence", "")),
        tuple(_number(o, path, file) for o in others),
        str(metadata.get("note", "")),
    )


_METADATA: Final = ("reference", "confidence", "disputed", "note", "unit")


def _without_gaps(values: list[DatedValue], path: str, file: str) -> tuple[DatedValue, ...]:
    for value, following in pairwise(values):
        if value.until is None:
            continue
        expected = value.until + timedelta(days=1)
        if following.since > expected:
            raise ParameterError(
                f"{file}: {path}: a gap from {expected} to {following.since}:"
                " say `value: null` for days on which it is void"
            )
        if following.since < expected:
            raise ParameterError(
                f"{file}: {path}: the value from {value.since} lasts until {value.until}"
                f" but another begins on {following.since}"
            )
    return tuple(values)


def _scale(content: Mapping[str, Any], path: str, file: str) -> Scale:
    metadata = content.get("metadata") or {}
    brackets = []
    for i, bracket in enumerate(content["brackets"]):
        place = f"{path}[{i}]"
        strange = [k for k in bracket if k not in ("threshold", "amount", "rate")]
        if strange or "threshold" not in bracket or ("amount" in bracket) == ("rate" in bracket):
            raise ParameterError(
                f"{file}: {place}: a bracket has `threshold` and one of `amount`, `rate`"
            )
        made = {
            key: _parameter({"values": values}, f"{place}.{key}", file)
            for key, values in bracket.items()
        }
        brackets.append(Bracket(made["threshold"], made.get("amount"), made.get("rate")))
    kind = metadata.get("type")
    if kind is None:
        kind = "marginal_rate" if brackets[0].rate is not None else "marginal_amount"
    return Scale(path, str(kind), tuple(brackets), _text(content, "description"), metadata)


def _number(value: Any, path: str, file: str) -> Number:
    if value is None or isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, list):
        return tuple(_number(v, path, file) for v in value)
    raise ParameterError(f"{file}: {path}: {value!r} is no value of a parameter")


def _references(written: Any) -> tuple[str, ...]:
    if written is None:
        return ()
    return tuple(map(str, written)) if isinstance(written, list) else (str(written),)


def _text(content: Mapping[str, Any], key: str) -> str:
    return str(content.get(key) or "")


def _name(key: Any) -> str:
    return "true" if key is True else "false" if key is False else str(key)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
