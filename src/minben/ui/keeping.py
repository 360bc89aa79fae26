"""How long each table keeps what, for the register of processing: the rules that the job holds."""

from __future__ import annotations

from django.apps import apps

from minben.base.retention import rules
from minben.base.text import Text


def table_rules() -> tuple[tuple[Text, Text], ...]:
    """Tables that keep something of people for a time, by their names, with how long."""
    kept = [rule for rule in rules().values() if rule.retire is not None]
    return tuple((_name(rule.table), rule.kept) for rule in kept)


def _name(table: str) -> Text:
    """A model's docstring opens with its 正體中文 name; its class is the English one."""
    model = apps.get_model(table)
    first = (model.__doc__ or "").split(" ")[0]
    return Text(first if first and not first.isascii() else table, model.__name__)
