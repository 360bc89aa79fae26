"""How an expression reads in a trace or table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from minben.law.expression import Expression

_OPPOSITE_SIGNS: Final = {"lt": ">=", "le": ">", "gt": "<=", "ge": "<", "eq": "!=", "ne": "=="}
COMPARE_SIGNS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
ARITHMETIC_SIGNS: Final = {"add": "+", "sub": "-", "mul": "*", "floordiv": "//", "mod": "%"}
_FUNCTIONS: Final = {
    "max": "most",
    "min": "least",
    "where": "where",
    "month": "month",
    "shift": "days_after",
    "between": "days_between",
}


def written(e: Expression) -> str:
    """The text of an expression; the same text means the same expression."""
    op, args = e.op, e.args
    if op == "fact":
        return f"{args[0]}.{args[1]}" if args[0] else str(args[1])
    sign = COMPARE_SIGNS.get(op)
    if sign is not None:
        return f"{args[0].text} {sign} {args[1].text}"
    if op == "constant":
        return repr(str(args[0])) if e.kind == "text" else str(args[0])
    if op in ARITHMETIC_SIGNS:
        return f"({args[0].text} {ARITHMETIC_SIGNS[op]} {args[1].text})"
    if op in _FUNCTIONS:
        return f"{_FUNCTIONS[op]}({', '.join(a.text for a in args)})"
    if op in ("and", "or"):
        return "(" + f" {op} ".join(a.text for a in args) + ")"
    if op == "not":
        return f"not {args[0].text}"
    if op == "pick":
        rows = ", ".join(f"{k}: {getattr(v, 'text', v)}" for k, v in args[1])
        return f"{args[0].text} of {{{rows}}}"
    return str(args[0]) if op == "named" else _leaf(op, args)


def written_opposite(e: Expression) -> str:
    """The text of the condition that holds when this one does not."""
    sign = _OPPOSITE_SIGNS.get(e.op)
    if sign is not None:
        return f"{e.args[0].text} {sign} {e.args[1].text}"
    return str(e.args[0].text) if e.op == "not" else f"not {e.text}"


def _leaf(op: str, args: tuple[Any, ...]) -> str:
    if op == "variable":
        return f"{args[1]}.{args[0]}" if args[1] else str(args[0])
    person = f"{args[0]}." if args[0] else ""
    if op == "exists":
        return f"{person}{args[1]} exists"
    if op == "days":
        return f"{person}days_in({args[1]}, {args[2]})"
    if op == "started":
        return f"{person}started_on({args[1]})"
    return f"{person}{args[1].text}"  # group
