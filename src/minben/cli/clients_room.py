"""The half of `minben clients` that needs the database; importing it makes Django ready."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minben.config.settings")
django.setup()

from minben.authorization import actions, queries  # noqa: E402 - Django comes first
from minben.base.refusal import Refused  # noqa: E402
from minben.ui.wording import words_of  # noqa: E402


def register(descriptor: Mapping[str, Any]) -> str:
    """Register a program; the line to print."""
    try:
        view = actions.register(descriptor=descriptor)
    except Refused as refusal:
        raise _told(refusal) from None
    return f"{view.id}  {view.profile.value}  {view.agency}"


def listed() -> str:
    """One line for each program."""
    rows = queries.clients()
    return "\n".join(f"{c.agency:<28}{c.id:<28}{c.profile.value:<10}{c.name.en}" for c in rows)


def close(client_id: str) -> str:
    """Close a program; the line to print."""
    try:
        actions.close(client=client_id)
    except Refused as refusal:
        raise _told(refusal) from None
    return f"{client_id} closed"


def rotate_keys(*, at_once: bool) -> str:
    """Turn the signing key; its name."""
    return actions.rotate_keys(at_once=at_once)


def _told(refusal: Refused) -> click.ClickException:
    text = words_of(refusal).text
    return click.ClickException(f"{text.zh}\n{text.en}")
