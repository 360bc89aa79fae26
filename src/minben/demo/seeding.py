"""`minben demo seed`."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import click

from minben.demo.town import generate, named

PEOPLE = 20_000


def folder_of_this_town() -> Path:
    """Where the town lives: MINBEN_VAR, or `var` below the working folder."""
    return Path(os.environ.get("MINBEN_VAR", "var")).resolve()


def seed_registers(folder: Path, *, people: int, seed: int, parquet: bool | None = None) -> float:
    """Fill the registers, `persons.json` and the identity provider's cards; answers seconds."""
    began = time.perf_counter()
    generate.write(people=people, folder=folder, seed=seed, parquet=parquet, on=civil_day())
    named.write_persons(folder / "persons.json")
    named.write_credentials(folder / "agencies" / "idp" / "data.sqlite3")
    return time.perf_counter() - began


def civil_day() -> date:
    """The day on which the town starts: MINBEN_TODAY, or 2022-09-15."""
    written = os.environ.get("MINBEN_TODAY")
    return date.fromisoformat(written) if written else generate.LIVES_ON


@click.command()
@click.option("--people", default=PEOPLE, show_default=True, help="How many, named ones included.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another town.")
@click.option("--folder", type=click.Path(path_type=Path), help="Default: MINBEN_VAR or ./var.")
@click.option(
    "--parquet/--tables",
    default=None,
    help="One person.parquet for the nation's law, or the agencies' SQLite tables "
    "[default: tables up to 200,000 people].",
)
def seed(people: int, seed: int, folder: Path | None, parquet: bool | None) -> None:
    """Fill the six agencies' registers with people who do not exist.

    The same seed makes the same rows on any machine, whatever its threads. Numbers are valid but
    on letters issued to nobody; names begin 示例 / Demo.

    用不存在的人填滿六個機關的資料庫；同一個種子，結果永遠相同。
    """
    home = folder.resolve() if folder else folder_of_this_town()
    try:
        seconds = seed_registers(home, people=people, seed=seed, parquet=parquet)
    except ValueError as mistake:
        raise click.BadParameter(str(mistake), param_hint="--people") from None
    click.echo(f"{people:,} 人 people · {home} · {seconds:.1f} s")
