# ruff: noqa: E701, E711, E712, DTZ005, RET503, B006, T201 — wrong on purpose
"""Python idioms that authors reach for: what each becomes is in test_idioms."""

from __future__ import annotations

import datetime as clock_module
from typing import Any

from minben.law import least, most, where

SEEN: list[int] = []
LIMITS = {"u": 1, "v": 2, "w": 3}


def doubled(v: Any) -> Any:
    return v * 2


def sneaky(v: Any) -> Any:
    return 1 if v is True else 0


def make_closure() -> Any:
    counts: list[int] = []

    def closure_over_a_list(c: Any, month: Any, p: Any) -> Any:
        counts.append(1)
        return 1 if c.x else 0

    return closure_over_a_list


# fmt: off
def short_or(c, month, p): return 1 if c.a > 5 or c.b > 5 else 0
def or_value_bool(c, month, p): return c.a > 5 or c.b > 5
def or_value_int(c, month, p): return c.a or c.b
def and_value(c, month, p): return c.x and c.y
def chained(c, month, p): return 1 if 0 <= c.a < 5 else 0
def chained_value(c, month, p): return 0 <= c.a < 5
def in_tuple(c, month, p): return 1 if c.s in ("u", "v") else 0
def not_in_tuple(c, month, p): return 1 if c.s not in ("u", "v") else 0
def in_set(c, month, p): return 1 if c.s in {"u", "v"} else 0
def in_range(c, month, p): return 1 if c.a in range(3) else 0
def builtin_max(c, month, p): return max(c.a, c.b, 4)
def most_of_three(c, month, p): return most(c.a, c.b, 4)
def least_of_two(c, month, p): return least(c.a, c.b)
def where_value(c, month, p): return where(c.x, c.a, c.b)
def builtin_sum_any(c, month, p): return sum([c.a, c.b]) if any([c.x, c.y]) else 0
def builtin_all_gen(c, month, p): return 1 if all(v > 2 for v in (c.a, c.b)) else 0
def builtin_abs(c, month, p): return abs(c.a)
def builtin_round(c, month, p): return round(c.a)
def dict_lookup(c, month, p): return {"u": 1, "v": 2, "w": 3}[c.s]
def outer_dict(c, month, p): return LIMITS[c.s]
def list_lookup(c, month, p): return [10, 20, 30][c.a]
def table_lookup(c, month, p): return p.t[c.s]
def table_missing(c, month, p): return p.t2[c.s]
def table_guarded(c, month, p): return 0 if c.s == "w" else p.t2[c.s]
def fstring(c, month, p): return f"code {c.a}"
def str_concat(c, month, p): return "code_" + c.s
def floor_div(c, month, p): return c.a // 3
def floor_mod(c, month, p): return c.a % 3
def floor_div_var(c, month, p): return c.a // c.b
def true_div(c, month, p): return c.a / 2
def float_rate(c, month, p): return 1 if c.a * 0.5 > 2 else 0
def power(c, month, p): return c.a ** 2
def local_mutation(c, month, p):
    n = 0
    if c.x: n += 5
    if c.y: n += 7
    return n
def adjustment_either_way(c, month, p):
    n = 10
    if c.x and c.a > 0: n += 5
    else: n -= 1
    if not c.y: n = c.b
    return n
def list_append_local(c, month, p):
    out = []
    if c.x: out.append(5)
    if c.y: out.append(7)
    return sum(out)
def outer_list(c, month, p):
    SEEN.append(1)
    return 1 if c.x else 0
def outer_value(c, month, p): return len(SEEN) + c.a
def clock(c, month, p): return 1 if clock_module.datetime.now().day > 15 else 0
def helper(c, month, p): return doubled(c.a) + 1
def helper_with_is(c, month, p): return sneaky(c.x)
def nested_floor(c, month, p): return ((c.a // 3) // 2 + c.b) // 4
def attr_store(c, month, p):
    c.z = 3
    return 1
def change_the_law(c, month, p):
    p.z = 3
    return 1
def raise_one_path(c, month, p):
    if c.a > 6: raise ValueError("too big")
    return 1
def raise_impossible(c, month, p):
    if c.a > 1000: raise ValueError("never")
    return 1
def missing_return(c, month, p):
    if c.x: return 1
def mixed_types(c, month, p): return 1 if c.x else "none"
def early_return(c, month, p):
    if c.x: return 1
    if c.a > 3: return 2
    return 3
def ternary(c, month, p): return c.a if c.x else c.b
def truth_int(c, month, p): return 1 if c.a else 0
def truth_str(c, month, p): return 1 if c.s else 0
def is_true(c, month, p): return 1 if c.x is True else 0
def is_not_none(c, month, p): return 1 if c.a is not None else 0
def eq_true(c, month, p): return 1 if c.x == True else 0
def not_x(c, month, p): return 1 if not c.x else 0
def isinstance_(c, month, p): return 1 if isinstance(c.a, int) else 0
def try_except(c, month, p):
    try: return p.t2[c.s]
    except Exception: return 9
def match_(c, month, p):
    match c.s:
        case "u": return 1
        case _: return 0
def while_(c, month, p):
    n = c.a
    while n > 3: n = n - 3
    return n
def for_const(c, month, p):
    n = 0
    for k in (1, 3, 5):
        if c.a > k: n += k
    return n
def for_range_sym(c, month, p): return sum(i for i in range(c.a))
def typo_enum(c, month, p): return 1 if c.s == "uu" else 0
def cross_type(c, month, p): return 1 if c.s == 1 else 0
def bool_times(c, month, p): return c.x * 500
def bool_sum(c, month, p): return (c.a > 1) + (c.b > 1)
def walrus(c, month, p): return n if (n := c.a + 1) > 3 else 0
def lambda_(c, month, p): return (lambda v: 1 if v > 3 else 0)(c.a)
def none_compared(c, month, p): return 1 if c.a == None else 0
def ampersand(c, month, p): return 1 if (c.a > 3) & ~c.x else 0
def ampersand_precedence(c, month, p): return 1 if c.a > 3 & c.b > 2 else 0
def unknown_fact(c, month, p): return c.zz
def unknown_parameter(c, month, p): return p.zz
def sorted_(c, month, p): return sorted([c.a, c.b])[0]
def int_(c, month, p): return int(c.a)
def bool_(c, month, p): return bool(c.x)
def shared_default(c, month, p, cache=[]): return 1
def import_inside(c, month, p):
    import math
    return math.floor(c.a)
def with_block(c, month, p):
    with open("x"): return 1
def a_global(c, month, p):
    global SEEN
    SEEN = []
    return 1
def asserted(c, month, p):
    assert c.x
    return 1
def print_it(c, month, p):
    print(c.a)
    return 1
def text_answer(c, month, p):
    if c.a > 3: return "high"
    return "low"
# fmt: on

closure_over_a_list = make_closure()
