"""The law's numbers are read exactly, and a file that leaves doubt is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from minben.law import RuleError
from minben.law.parameter_file import ParameterError, read_parameters
from minben.law.parameter_tree import Parameter, ParameterNode, Scale
from minben.law.parameters import Parameters
from minben.law.rounding import divided, share

SHAPES = {
    "rate.yaml": """
description: A rate with a foreseen change
metadata: {unit: /1, reference: https://law.example/rate}
values:
  2012-01-01: {value: 0.16}
  2013-01-01: {value: 0.13}
  2016-01-01: expected
""",
    "age.yaml": """
# newest first, as some files are
description: Âge de la retraite
values:
  2017-01-01: {value: 62.0}
  1951-07-01: {value: 60.33}
""",
    "housing/index.yaml": "description: Housing\nmetadata: {order: [allowance]}\n",
    "housing/allowance.yaml": """
description: Ends
documentation: |
  From the 1st of December 2016 it no longer exists.
values:
  2010-01-01: {value: 0.25, metadata: {reference: https://law.example/2010}}
  2016-12-01: {value: null}
""",
    "housing/tax.yaml": """
description: Nested parameters in one file
rate:
  description: per square metre
  metadata: {unit: currency-EUR/m2}
  values: {2010-01-01: 10}
minimal_amount:
  values: {2010-01-01: 200}
documentation: The housing tax.
""",
    "contribution.yaml": """
description: A marginal rate scale
metadata: {threshold_unit: currency-EUR, rate_unit: /1}
brackets:
- rate: {2013-01-01: {value: 0.03}, 2015-01-01: {value: 0.04}}
  threshold: {2013-01-01: {value: 0.0}}
- rate: {2013-01-01: {value: 0.1}}
  threshold: {2013-01-01: {value: 12000.0}, 2014-01-01: {value: 12100.0}}
""",
    "meal.yaml": """
metadata: {type: single_amount}
brackets:
- {threshold: {2017-01-01: {value: 0}}, amount: {2017-01-01: {value: 0}}}
- {threshold: {2017-01-01: {value: 250}}, amount: {2017-01-01: {value: 1}}}
- {threshold: {2017-01-01: {value: 500}}, amount: {2017-01-01: {value: 2}}}
""",
    "pool.yaml": """
brackets:
- {threshold: {2017-01-01: {value: 0}}, amount: {2017-01-01: {value: 1}}}
- {threshold: {2017-01-01: {value: 499}}, amount: {2017-01-01: {value: 2}}}
""",
    "words.yaml": "values: {2020-01-01: better}\n",
    "answers.yaml": "values: {2020-01-01: true}\n",
    "list.yaml": "values: {2020-01-01: {value: [a, b]}}\n",
    "disputed.yaml": """
values:
  2018-08-01:
    value: 3500
    metadata: {reference: [s4, plan], confidence: "S / M", disputed: [4500], note: as printed}
""",
    "yaml_1_2.yaml": "no: {values: {2020-01-01: 1}}\non: {values: {2020-01-01: 2}}\n",
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> ParameterNode:
    return read_parameters(written(tmp_path, SHAPES))


def at(tree: ParameterNode, day: str) -> Parameters:
    return Parameters(tree, date.fromisoformat(day))


def test_every_shape_of_the_format_is_read_value_for_value(tree: ParameterNode) -> None:
    found = {p.path: [v.value for v in p.values] for p in tree.walk()}
    assert found == {
        "age": [Decimal("60.33"), 62],
        "answers": [True],
        "contribution[0].rate": [Decimal("0.03"), Decimal("0.04")],
        "contribution[0].threshold": [0],
        "contribution[1].rate": [Decimal("0.1")],
        "contribution[1].threshold": [12000, 12100],
        "disputed": [3500],
        "housing.allowance": [Decimal("0.25"), None],
        "housing.tax.minimal_amount": [200],
        "housing.tax.rate": [10],
        "list": [("a", "b")],
        "meal[0].amount": [0],
        "meal[0].threshold": [0],
        "meal[1].amount": [1],
        "meal[1].threshold": [250],
        "meal[2].amount": [2],
        "meal[2].threshold": [500],
        "pool[0].amount": [1],
        "pool[0].threshold": [0],
        "pool[1].amount": [2],
        "pool[1].threshold": [499],
        "rate": [Decimal("0.16"), Decimal("0.13")],
        "words": ["better"],
        "yaml_1_2.no": [1],
        "yaml_1_2.on": [2],
    }


def test_the_value_in_force_on_a_day(tree: ParameterNode) -> None:
    assert at(tree, "2012-12-31").rate == Decimal("0.16")
    assert at(tree, "2013-01-01").rate == Decimal("0.13")
    assert at(tree, "2016-11-30").housing.in_force("allowance")
    assert not at(tree, "2016-12-01").housing.in_force("allowance")
    with pytest.raises(RuleError, match=r"housing.allowance has no value on 2016-12-01"):
        _ = at(tree, "2016-12-01").housing.allowance
    with pytest.raises(RuleError, match="no parameter housing/alowance; there is allowance, tax"):
        _ = at(tree, "2016-01-01").housing.alowance


def test_sources_confidence_and_disputes_are_kept(tree: ParameterNode) -> None:
    disputed = tree.children["disputed"]
    assert isinstance(disputed, Parameter)
    (value,) = disputed.values
    assert (value.references, value.confidence) == (("s4", "plan"), "S / M")
    assert value.disputed
    assert value.alternatives == (4500,)


def test_scales_pick_add_and_tax(tree: ParameterNode) -> None:
    assert isinstance(tree.children["meal"], Scale)
    p = at(tree, "2017-06-01")
    assert [p.meal.amount(x) for x in (0, 249, 250, 500, 9999)] == [0, 0, 1, 2, 2]
    assert [p.pool.amount(x) for x in (0, 1, 499, 500)] == [0, 1, 1, 3]  # above, not from
    assert [p.pool.amount(x, unit=100) for x in (49_900, 49_901)] == [1, 3]
    assert p.contribution.tax(12200, rounding="down") == 494  # 12,100 × 0.04 + 100 × 0.1
    assert p.contribution.tax(1_220_025, rounding="half_up", unit=100) == 49_403  # 49,402.5 cents
    with pytest.raises(RuleError, match="use amount"):
        p.meal.tax(3, rounding="down")


def test_rounding_always_says_its_direction() -> None:
    assert [divided(5, 2, rounding=r) for r in ("down", "half_up", "up")] == [2, 3, 3]
    assert share(1999, Decimal("0.05"), rounding="half_up") == 100
    with pytest.raises(RuleError, match="positive number"):
        divided(5, 0, rounding="down")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("values: {2020-01-01: {value: 1, until: 2020-06-30}, 2020-08-01: {value: 2}}",
         "a gap from 2020-07-01 to 2020-08-01"),
        ("values: {2020-01-01: {value: 1, until: 2020-06-30}, 2020-06-01: {value: 2}}",
         "lasts until 2020-06-30 but another begins on 2020-06-01"),
        ("values: {2020-01-01: 1, 2020-01-01: 2}", "duplicate key"),
        ("values: {2020: 1}", "no day: write"),
        ("values: {}", "at least one"),
        ("values: {2020-01-01: {valeu: 1}}", "`value:` is missing"),
        ("values: {2020-01-01: {value: 1, confidense: A}}", "'confidense' is not known"),
        ("values: {2020-01-01: 1}\nvalue: 3", "'value' beside `values`"),
        ("values: {2020-01-01: .inf}", "no number"),
        ("brackets: [{threshold: {2020-01-01: 1}}]", "one of `amount`, `rate`"),
        ("description: nothing", "no values"),
        ("- a list", "must hold"),
        ("a: [", "while parsing"),
    ],
)  # fmt: skip
def test_a_doubtful_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ParameterError, match=r"broken\.yaml") as refusal:
        read_parameters(written(tmp_path, {"broken.yaml": text}))
    assert words in str(refusal.value)


def test_the_days_on_which_anything_changes_are_the_phases(tree: ParameterNode) -> None:
    housing = tree.children["housing"]
    assert housing.changes == (date(2010, 1, 1), date(2016, 12, 1))
