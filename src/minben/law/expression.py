"""An expression over facts, which may also carry its value.

With a value, `if` takes its way and the condition is noted (trace). Without one, `if` asks the
explorer. That one mechanism gives decision tables, SQL, traces and the facts still needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date
from typing import Any, Final, NoReturn, Protocol, TypeVar, cast

from minben.law.domain import COMPARE, MIRRORED, OPPOSITE, Domain, Value, compare
from minben.law.errors import RuleError
from minben.law.writing import ARITHMETIC_SIGNS, COMPARE_SIGNS, written

T = TypeVar("T")
LEAVES: Final = frozenset({"fact", "exists", "days", "started", "group", "variable"})
LARGEST_EXPRESSION: Final = 3_000


class Unknown:
    """The value of an expression whose facts are not (all) known."""

    def __repr__(self) -> str:
        return "?"

    def __bool__(self) -> NoReturn:
        raise RuleError("an unknown value was taken for yes or no")


UNKNOWN: Final = Unknown()


class Answering(Protocol):
    """Who answers an `if`: the explorer's run; `within` are the keys of the table being read."""

    exact: bool
    frame: Any
    within: list[tuple[Expression, Value]]

    def ask(self, condition: Expression) -> bool:
        """Choose the way at a condition whose value is not known."""


RUN: ContextVar[Answering | None] = ContextVar("run", default=None)


class Expression:
    """運算式 A value of kind int, bool, text or date, how it came about, and what it may be.

    `args` hold expressions, except for leaves (names) and constants (the value). `domain` is
    what may be assumed before any condition was asked; None means: nothing.
    """

    __slots__ = ("_text", "args", "domain", "kind", "op", "size", "value")

    def __init__(
        self,
        op: str,
        args: tuple[Any, ...],
        kind: str,
        value: Value | Unknown = UNKNOWN,
        domain: Domain | None = None,
        size: int = 0,
    ) -> None:
        self.op, self.args, self.kind, self.value, self.domain = op, args, kind, value, domain
        self._text: str | None = None
        if not size:
            size = 1
            for arg in args:
                if arg.__class__ is Expression:
                    size += arg.size
        self.size: int = size
        if size > LARGEST_EXPRESSION:
            raise RuleError(
                f"this expression has more than {LARGEST_EXPRESSION} parts:"
                " give an intermediate result its own variable"
            )

    @property
    def known(self) -> bool:
        """Whether the value is there."""
        return self.value is not UNKNOWN

    @property
    def text(self) -> str:
        """How it reads in a trace; two expressions with the same text are the same."""
        if self._text is None:
            self._text = written(self)
        return self._text

    def __repr__(self) -> str:
        return self.text

    # arithmetic -----------------------------------------------------------------------------
    def __add__(self, other: object) -> Expression:
        return arithmetic("add", self, other)

    def __radd__(self, other: object) -> Expression:
        return arithmetic("add", other, self)

    def __sub__(self, other: object) -> Expression:
        return arithmetic("sub", self, other)

    def __rsub__(self, other: object) -> Expression:
        return arithmetic("sub", other, self)

    def __mul__(self, other: object) -> Expression:
        return arithmetic("mul", self, other)

    def __rmul__(self, other: object) -> Expression:
        return arithmetic("mul", other, self)

    def __floordiv__(self, other: object) -> Expression:
        return arithmetic("floordiv", self, other)

    def __mod__(self, other: object) -> Expression:
        return arithmetic("mod", self, other)

    def __neg__(self) -> Expression:
        return arithmetic("sub", 0, self)

    # comparison -----------------------------------------------------------------------------
    def __lt__(self, other: object) -> Expression:
        return comparison("lt", self, other)

    def __le__(self, other: object) -> Expression:
        return comparison("le", self, other)

    def __gt__(self, other: object) -> Expression:
        return comparison("gt", self, other)

    def __ge__(self, other: object) -> Expression:
        return comparison("ge", self, other)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return comparison("eq", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return comparison("ne", self, other)

    # yes and no -----------------------------------------------------------------------------
    def __and__(self, other: object) -> Expression:
        return both("and", self, other)

    def __rand__(self, other: object) -> Expression:
        return both("and", other, self)

    def __or__(self, other: object) -> Expression:
        return both("or", self, other)

    def __ror__(self, other: object) -> Expression:
        return both("or", other, self)

    def __invert__(self) -> Expression:
        return negation(self)

    def __bool__(self) -> bool:
        if self.kind != "bool":
            raise RuleError(f"{self.text} is {self.kind}, not yes/no: write `!= 0` or `== '…'`")
        run = RUN.get()
        value = self.value
        if value is not UNKNOWN:
            if run is not None and self.op != "constant":
                frame = run.frame
                if frame is not None:
                    frame.conditions.append((self, value))
            return value  # type: ignore[return-value]
        if run is None:
            raise RuleError(f"condition {self.text} outside a rule")
        return run.ask(self)


def _refusal(why: str) -> Callable[..., NoReturn]:
    def refuse(self: Expression, *_: object, **__: object) -> NoReturn:
        raise RuleError(f"{why} (on {self!r})")

    return refuse


for _names, _why in (
    (("hash",), "a rule value is no dict key or set member: use a parameter table or `in (a, b)`"),
    (("format", "str"), "text is made from the reason's key and labels, not in a rule"),
    (
        ("index", "int", "float", "round", "abs"),
        "int(), float(), round(), abs(), list[i] and range() need a plain number:"
        " use //, most(), least() or a parameter table",
    ),
    (("truediv", "rtruediv", "pow", "rpow"), "/ and ** are not exact: use // after multiplying"),
    (("rfloordiv", "rmod"), "// and % need a positive constant divisor"),
    (("iter", "len", "contains", "getitem"), "a rule value is one value, not a list"),
):
    for _name in _names:
        setattr(Expression, f"__{_name}__", _refusal(_why))


_KINDS: Final[dict[type, str]] = {bool: "bool", int: "int", str: "text", date: "date"}
_KEPT_CONSTANTS: Final = 10_000
_constants: dict[tuple[type, object], Expression] = {}


def kind_of(value: object) -> str:
    """int, bool, text or date; RuleError for anything else."""
    kind = _KINDS.get(value.__class__)
    if kind is not None:
        return kind
    if isinstance(value, Expression):
        return value.kind
    for python, kind in ((bool, "bool"), (int, "int"), (str, "text"), (date, "date")):
        if isinstance(value, python):
            return kind
    if isinstance(value, float):
        raise RuleError(f"{value!r} is a float: a rate is an integer numerator and denominator")
    if value is None:
        raise RuleError("None: 'unknown' is the engine's business, not the rule's")
    raise RuleError(f"{value!r}: a rule handles bool, int, text and date only")


def lifted(value: object) -> Expression:
    """The expression of a plain value; an expression stays what it is."""
    if value.__class__ is Expression:
        return value
    try:
        return _constants[value.__class__, value]
    except (KeyError, TypeError):
        made = Expression("constant", (value,), kind_of(value), value)  # type: ignore[arg-type]
    if len(_constants) < _KEPT_CONSTANTS:
        _constants[value.__class__, value] = made
    return made


def arithmetic(op: str, left: object, right: object) -> Expression:
    """+ - * // % max min on integers."""
    a, b = lifted(left), lifted(right)
    if a.kind != "int" or b.kind != "int":
        raise RuleError(
            f"arithmetic on {a.kind} and {b.kind}: {a!r} {ARITHMETIC_SIGNS.get(op, op)} {b!r};"
            " use where(condition, x, 0)"
        )
    if op in ("floordiv", "mod") and not (b.op == "constant" and b.value > 0):  # type: ignore[operator]
        raise RuleError("// and % need a positive constant divisor")
    x, y = a.value, b.value
    if isinstance(x, Unknown) or isinstance(y, Unknown):
        return Expression(op, (a, b), "int")
    return Expression(op, (a, b), "int", calculate(op, x, y))  # type: ignore[arg-type]


def calculate(op: str, a: int, b: int) -> int:
    """The number, as Python counts."""
    if op == "add":
        return a + b
    if op == "sub":
        return a - b
    if op == "mul":
        return a * b
    if op == "floordiv":
        return a // b
    if op == "mod":
        return a % b
    return max(a, b) if op == "max" else min(a, b)


def comparison(op: str, left: object, right: object) -> Expression:
    """< <= > >= == != between values of one kind; a constant ends on the right."""
    a = left if left.__class__ is Expression else lifted(left)
    b = right if right.__class__ is Expression else lifted(right)
    kind = a.kind
    if kind != b.kind:
        raise RuleError(f"compares {kind} with {b.kind}: {a!r} {COMPARE_SIGNS[op]} {b!r}")
    if op not in ("eq", "ne") and kind in ("text", "bool"):
        raise RuleError(f"{kind} has no order: {a!r} {COMPARE_SIGNS[op]} {b!r}")
    x, y = a.value, b.value
    if x is not UNKNOWN and y is not UNKNOWN and a.op != "constant":
        holds = COMPARE[op](x, y)
        return Expression(op, (a, b), "bool", holds, None, 1 + a.size + b.size)
    if (a.op == "constant" and b.op != "constant") or (a.known and not b.known):
        a, b, op = b, a, MIRRORED[op]
    if b.op == "constant" and a.kind == "text" and not a.known:
        _must_be_possible(a, b.value)
    x, y = a.value, b.value
    if isinstance(x, Unknown) or isinstance(y, Unknown):
        return Expression(op, (a, b), "bool")
    return Expression(op, (a, b), "bool", compare(op, x, y))


def _must_be_possible(e: Expression, value: Any) -> None:
    """Refuse a misspelt value when a rule is drawn (answers may exclude it in one case)."""
    run = RUN.get()
    if e.domain is None or e.domain.values is None or run is None or run.exact:
        return
    if value not in e.domain.values:
        names = sorted(map(str, e.domain.values))
        raise RuleError(f"{e!r} is never {str(value)!r}: it is one of {names}")


def negation(value: object) -> Expression:
    """Not; a comparison is turned round instead."""
    e = lifted(value)
    if e.kind != "bool":
        raise RuleError(f"not of {e.kind}: {e!r}")
    opposite: Value | Unknown = UNKNOWN if isinstance(e.value, Unknown) else not e.value
    if e.op in OPPOSITE:
        return Expression(OPPOSITE[e.op], e.args, "bool", opposite)
    if e.op == "not":
        inner: Expression = e.args[0]
        return inner
    return Expression("not", (e,), "bool", opposite)


def both(op: str, left: object, right: object) -> Expression:
    """`and` / `or` without a fork: one side's known value settles or drops out."""
    a, b = lifted(left), lifted(right)
    if a.kind != "bool" or b.kind != "bool":
        raise RuleError(f"{op} of {a.kind} and {b.kind}; mind that & and | bind tighter than >")
    settles = op == "or"
    for x, y in ((a, b), (b, a)):
        if x.value is settles:
            return x
        if x.value is (not settles):
            return y
    return Expression(op, (a, b), "bool")


def where(condition: bool, then: T, otherwise: T) -> T:
    """`then` if the condition holds, else `otherwise`, without a fork in the table."""
    if not isinstance(condition, Expression):
        return then if condition else otherwise
    return _where(condition, then, otherwise)


def _where(condition: Expression, then: Any, otherwise: Any) -> Any:
    run = RUN.get()
    if condition.known or (run is not None and run.exact):
        return then if condition else otherwise
    a, b = lifted(then), lifted(otherwise)
    if a.kind != b.kind:
        raise RuleError(f"where() of {a.kind} and {b.kind}")
    if run is not None and run.frame is not None:  # answered when the result is computed
        run.frame.conditions.append((condition, None))
    return a if a.text == b.text else Expression("where", (condition, a, b), a.kind)


def most(first: int, *rest: int) -> int:
    """The largest, without a fork in the table."""
    for other in rest:
        first = _extreme("max", first, other)
    return first


def least(first: int, *rest: int) -> int:
    """The smallest, without a fork in the table."""
    for other in rest:
        first = _extreme("min", first, other)
    return first


def _extreme(op: str, a: Any, b: Any) -> Any:
    return (arithmetic if Expression in (a.__class__, b.__class__) else calculate)(op, a, b)


def named(label: str, value: T) -> T:
    """The same value under a name that reads better in tables and traces."""
    if not isinstance(value, Expression):
        return value
    return cast("T", Expression("named", (label, value), value.kind, value.value))


def parts(e: Expression) -> Iterable[Expression]:
    """The expressions an expression is made of, one level down."""
    if e.op == "pick":
        yield e.args[0]
        yield from (v for _, v in e.args[1] if isinstance(v, Expression))
    elif e.op != "group":
        yield from (a for a in e.args if isinstance(a, Expression))


def leaves(e: Expression) -> dict[str, Expression]:
    """The facts, groups and variables that an expression reads, by their text."""
    if e.op in LEAVES:
        return {e.text: e}
    found: dict[str, Expression] = {}
    for part in parts(e):
        found.update(leaves(part))
    return found
