"""The house stands: every rule holds on the real tree, and each was seen red on a broken one."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

from house import rules

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "minben"
RULES = [
    rules.rooms_without_a_readme,
    rules.junk_drawers,
    rules.long_files,
    rules.borrowed_tables,
    rules.busy_roofs,
    rules.calls_out_in_a_transaction,
    rules.unnamed_migrations,
]
BROKEN = {
    rules.rooms_without_a_readme: ("garage/__init__.py", ""),
    rules.junk_drawers: ("garage/utils.py", ""),
    rules.long_files: ("garage/long.py", "\n" * 401),
    rules.borrowed_tables: ("garage/actions.py", "from minben.consent.models import Agreement"),
    rules.busy_roofs: ("portal/views.py", "def page(case):\n    case.save()\n"),
    rules.calls_out_in_a_transaction: (
        "garage/actions.py",
        "@transaction.atomic\ndef pay():\n    clients.bank.send()\n",
    ),
    rules.unnamed_migrations: ("garage/migrations/0002_auto_20190806_1239.py", ""),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(rule):
    assert rule(HOUSE) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_is_red_on_a_broken_house(rule, tmp_path):
    name, text = BROKEN[rule]
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    assert len(rule(tmp_path)) == 1


def _levels() -> dict[str, int]:
    order = rules.floors(ROOT / "pyproject.toml")
    return {room: -level for level, floor in enumerate(order) for room in floor}


def _ours() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("minben.")]


def test_foreign_keys_point_down_or_stay_home():
    level = _levels()
    upward = []
    for model in _ours():
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            home = model._meta.app_label
            if target in level and target != home and level[target] >= level[home]:
                upward.append(f"{home}.{model.__name__}.{field.name} → {target}")
    assert upward == []


def test_every_table_says_what_is_personal_and_how_it_retires():
    silent = [
        f"{m._meta.app_label}.{m.__name__}"
        for m in _ours()
        if "personal data:" not in (m.__doc__ or "").lower()
    ]
    assert silent == []


def test_every_refusal_has_its_words_in_both_languages():
    words = {}
    for path in HOUSE.glob("ui/words/*.toml"):
        words |= tomllib.loads(path.read_text("utf-8"))
    missing = {
        key: where
        for key, where in rules.refusals(HOUSE).items()
        if not words.get(key, {}).get("zh") or not words.get(key, {}).get("en")
    }
    assert missing == {}


def test_every_noun_of_the_domain_is_in_the_glossary():
    known = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text("utf-8"))
    incomplete = [
        w for room in known.values() for w, v in room.items() if not {"zh", "en"} <= {*v}
    ]
    missing = [f"{room}.{w}" for room, w in rules.nouns(HOUSE) if w not in known.get(room, {})]
    assert (incomplete, missing) == ([], [])


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("base/above.py", "import minben.consent"),
        ("law/framework.py", "import django"),
        ("kit/framework.py", "import django"),
        ("garage/__init__.py", ""),
        ("consent/queries/__init__.py", "import minben.consent.actions"),
        ("demo/agencies/tax.py", "import minben.trail"),
    ],
)
def test_each_contract_is_red_on_a_broken_house(name, text, tmp_path):
    for package in HOUSE.rglob("__init__.py"):
        empty = tmp_path / "minben" / package.relative_to(HOUSE).parent / "__init__.py"
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    (tmp_path / "minben" / "__main__.py").touch()
    contracts = (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.importlinter]")[1]
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + contracts, "utf-8")
    assert _lint_imports(tmp_path).returncode == 0
    broken = tmp_path / "minben" / name
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text(text, "utf-8")
    assert _lint_imports(tmp_path).returncode == 1
