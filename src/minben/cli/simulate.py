"""`minben simulate`: what a reform would cost, and who would have more or less."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from minben.base.month import Month
from minben.packs.reading import PackError
from minben.packs.reform import reform as read
from minben.screening.simulation import simulate as compared
from minben.screening.simulation_report import report as page


@click.command()
@click.argument("reform", metavar="REFORM")
@click.option("--month", default="2022-09", show_default=True, help="月份 The month, YYYY-MM.")
@click.option(
    "--people",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A folder with person.parquet and register.parquet (minben demo seed --parquet).",
)
@click.option("--report", type=click.Path(path_type=Path), help="報告 Write a readable page here.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for records.")
def simulate(reform: str, month: str, folder: Path, report: Path | None, as_json: bool) -> None:
    """修法試算 Screen everybody under today's law and under REFORM, and compare.

    REFORM is a YAML file, or PACK/NAME of a pack's own drafts. It lays other numbers over the
    law's from a day on, or puts another rule in place of one. Groups of fewer than ten people are
    withheld.

    \b
    minben demo seed --people 100000 --parquet --folder var/nation
    minben simulate childcare/one-thousand-more --people var/nation --report reform.html
    """
    people, register = folder / "person.parquet", folder / "register.parquet"
    if not people.is_file():
        raise click.BadParameter(
            f"{people} is missing; make it with `minben demo seed --parquet --folder {folder}`",
            param_hint="--people",
        )
    try:
        draft, on = read(reform), Month.parse(month)
    except (PackError, ValueError) as error:
        raise click.BadParameter(str(error), param_hint="REFORM") from None
    if on < draft.today.first_month:
        raise click.BadParameter(
            f"{draft.today.key} knows no rule before {draft.today.first_month}",
            param_hint="--month",
        )
    began = time.perf_counter()
    found = compared(
        draft.today,
        draft.then,
        on,
        people=people,
        register=register if register.is_file() else None,
    )
    seconds = round(time.perf_counter() - began, 1)
    if report is not None:
        report.write_text(page(draft, found), "utf-8")
    told = found.to_json()
    if as_json:
        about = {"reform": draft.key, "pack": draft.today.key, "seconds": seconds}
        hashes = {"rules": draft.today.rules_hash, "reform_rules": draft.then.rules_hash}
        click.echo(json.dumps({**about, **hashes, **told}, ensure_ascii=False))
        return
    click.echo(f"{draft.name.zh}\n{draft.name.en}\n{found.people:,} people, {on}, {seconds} s")
    click.echo(f"  NTD a month   {_signed(told['change'])}")
    click.echo(f"  have more     {_number(told['winners'])}")
    click.echo(f"  have less     {_number(told['losers'])}")
    click.echo(f"  moved between payment and price  {_number(told['moved'])}")
    if report is not None:
        click.echo(f"  {report}")


def _number(value: int | None) -> str:
    return "withheld" if value is None else f"{value:,}"


def _signed(value: int | None) -> str:
    return "withheld" if value is None else f"{value:+,}"
