"""`minben demo agencies`: make something happen in an agency's register."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import click

from minben.demo.agencies import changes
from minben.demo.agencies.prepare import prepare

_DAY = click.DateTime(["%Y-%m-%d"])


def _agencies() -> Path:
    return Path(os.environ.get("MINBEN_VAR", "var")).resolve() / "agencies"


def _day(on: datetime) -> date:
    return on.date()


@click.group()
def agencies() -> None:
    """示範機關 The six agencies of the demo town."""


@agencies.command("prepare")
def prepare_folders() -> None:
    """Make keys, descriptors and trust lists of every agency."""
    prepare(_agencies().parent)


@agencies.command()
@click.argument("number")
@click.option("--kind", type=click.Choice(["care", "kindergarten"]), default="care")
@click.option("--value", default="quasi_public", show_default=True)
@click.option("--on", type=_DAY, required=True)
def enrol(number: str, kind: str, value: str, on: datetime) -> None:
    """A child takes a place; the childcare agency tells the platform."""
    click.echo(changes.enrol(_agencies(), number=number, kind=kind, value=value, on=_day(on)))


@agencies.command("leave-place")
@click.argument("number")
@click.option("--kind", type=click.Choice(["care", "kindergarten"]), default="care")
@click.option("--on", type=_DAY, required=True)
def leave_place(number: str, kind: str, on: datetime) -> None:
    """A child leaves its place."""
    click.echo(changes.leave_place(_agencies(), number=number, kind=kind, on=_day(on)))


@agencies.command("register-birth")
@click.argument("number")
@click.option("--mother", required=True)
@click.option("--father")
@click.option("--on", type=_DAY, required=True)
def register_birth(number: str, mother: str, father: str | None, on: datetime) -> None:
    """A child is born and registered."""
    id = changes.register_birth(
        _agencies(), number=number, mother=mother, father=father, on=_day(on)
    )
    click.echo(id)


@agencies.command("register-death")
@click.argument("number")
@click.option("--on", type=_DAY, required=True)
def register_death(number: str, on: datetime) -> None:
    """A death is registered; what rested on the consent of the dead ends."""
    try:
        click.echo(changes.register_death(_agencies(), number=number, on=_day(on)))
    except LookupError as error:
        raise click.ClickException(str(error)) from None
