"""`minben bench`: time and memory, with the machine they were measured on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from minben.base.month import Month
from minben.bench.authorization import SERVERS, authorizing
from minben.bench.deciding import deciding
from minben.bench.exchange import exchanging
from minben.bench.law import How, wide
from minben.bench.people import nation
from minben.bench.screening import screening


class _MonthType(click.ParamType[Month]):
    name = "month"

    def convert(self, value: Any, param: Any, ctx: Any) -> Month:
        try:
            return Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


_MONTH = click.option("--month", type=_MonthType(), default="2022-09", show_default=True)
_PACK = click.option("--pack", "key", default="childcare", show_default=True)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object, for records.")


@click.group()
def bench() -> None:
    """效能量測 How long the law takes, for one person and for a nation."""


@bench.command("screening")
@_PACK
@_MONTH
@click.option("--people", default=1_000_000, show_default=True, help="Made once under --folder.")
@click.option("--from", "source", type=click.Path(exists=True, path_type=Path),
              help="A person.parquet that exists, instead of --people.")  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/bench"),
              show_default=True)  # fmt: skip
@click.option("--memory", default="1500MB", show_default=True, help="What DuckDB may use.")
@click.option("--slices", default=1, show_default=True, help="Parts, for less memory.")
@click.option("--known", help="Fact columns that may be read, by commas (default: all).")
@_JSON
def screening_command(
    key: str,
    month: Month,
    people: int,
    source: Path | None,
    folder: Path,
    memory: str,
    slices: int,
    known: str | None,
    as_json: bool,
) -> None:
    """Screen a nation for one month, Parquet to Parquet."""
    path = source if source is not None else nation(people, folder)
    facts = None if known is None else frozenset(known.split(","))
    found = screening(path, key=key, month=month, memory=memory, slices=slices, known=facts)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(
        f"{found['people']:,} people, {found['month']}: {found['seconds']} s"
        f" ({found['processor_seconds']} s of processor), peak {found['peak_mib']} MiB;"
        f" {found['machine']['cores']} cores, load {found['machine']['load_before']} before"
    )
    for answer in found["answers"]:
        amount = "" if answer["amount"] is None else f"  NT$ {answer['amount']:,} a month"
        words = f"{answer['status']} {answer['scheme'] or ''}".strip()
        click.echo(f"  {words:32}{answer['people']:>12,}{amount}")


@bench.command("decide")
@_PACK
@_MONTH
@click.option("--times", default=2_000, show_default=True)
@_JSON
def decide_command(key: str, month: Month, times: int, as_json: bool) -> None:
    """Decide one family many times, with all facts and with some missing."""
    found = deciding(key=key, month=month, times=times)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, case in found["cases"].items():
        both = case["decide_and_write_trace"]
        click.echo(
            f"{name:32}{case['decide']['median_us']:>10} µs, with trace {both['median_us']:>8} µs"
            f" (p99 {both['p99_us']} µs), {case['status']}, {case['paths']} paths"
        )


@bench.command("exchange")
@click.option("--seconds", default=4, show_default=True, help="How long each row is measured.")
@click.option("--connections", default="1,32,64", show_default=True)
@click.option("--workers", default="1,2", show_default=True)
@click.option("--only", default="", help="Rows whose name holds this.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/bench"),
              show_default=True, help="On the disk whose fdatasync counts.")  # fmt: skip
@_JSON
def exchange_command(
    seconds: int, connections: str, workers: str, only: str, folder: Path, as_json: bool
) -> None:
    """Transfers through the gateway, each ingredient added in turn (needs wrk)."""
    try:
        found = exchanging(
            folder=folder.resolve(),
            seconds=seconds,
            connections=tuple(int(one) for one in connections.split(",")),
            workers=tuple(int(one) for one in workers.split(",")),
            only=only,
        )
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found["rows"]:
        click.echo(
            f"{row['name']:36}{row['workers']:>2} w{row['connections']:>4} c"
            f"{row['per_second']:>8,}/s  p50 {row['p50_ms']:>7} p99 {row['p99_ms']:>7} ms"
            f"  CPU {row['gateway_cpu_us']:>5} + {row['provider_cpu_us']:>5} us"
            f"  not 200: {row['not_200']}"
        )


@bench.command("trail")
@click.option("--entries", default=1_000_000, show_default=True, help="Sequenced, then audited.")
@click.option("--people", default=100_000, show_default=True, help="Whom they are about.")
@click.option("--opened", default=10_000_000, show_default=True,
              help="Entries of a second log that is only opened; 0: none.")  # fmt: skip
@_JSON
def trail_command(entries: int, people: int, opened: int, as_json: bool) -> None:
    """Make entries durable, sequence them, prove them, audit the whole log."""
    options = {"entries": entries, "people": people, "opened": opened}
    with tempfile.TemporaryDirectory(prefix="minben-bench-") as folder:
        done = subprocess.run(  # noqa: S603 - our own argv
            [sys.executable, "-m", "minben.bench.trail_process", json.dumps(options)],
            env={
                **os.environ,
                "MINBEN_VAR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/r.sqlite3",
            },
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
    if done.returncode != 0:
        raise click.ClickException("the measurement failed; see above")
    if as_json:
        click.echo(done.stdout.strip())
        return
    for name, value in json.loads(done.stdout).items():
        click.echo(f"{name:32}{value}")


@bench.command("law")
@click.option("--wide", "rules", default=200, show_default=True, help="How many made-up rules.")
@click.option("--people", default=1_000_000, show_default=True)
@click.option("--slices", default=4, show_default=True, help="Parts, of whole homes.")
@click.option("--how", type=click.Choice(["joined", "delta"]),
              help="One query, or tables of new columns (default from 200 rules).")  # fmt: skip
@click.option("--seed", default=1, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/bench"),
              show_default=True)  # fmt: skip
@click.option("--memory", default="1500MB", show_default=True, help="What DuckDB may use.")
@_JSON
def law_command(
    rules: int,
    people: int,
    slices: int,
    how: How | None,
    seed: int,
    folder: Path,
    memory: str,
    as_json: bool,
) -> None:
    """Wide rule sets: explore, print, plan and run rules that are linked with each other."""
    found = wide(
        rules=rules,
        people=people,
        slices=slices,
        how=how,
        seed=seed,
        folder=folder,
        memory=memory,
    )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(
        f"{found['rules_used']} of {rules} rules, {found['levels']} levels, {people:,} people,"
        f" {found['how']} in {slices} slices: {found['seconds']} s"
        f" ({found['processor_seconds']} s of processor), peak {found['peak_mib']} MiB"
    )
    click.echo(
        f"  {found['ms_per_rule_and_million']} ms per rule and million; explored in"
        f" {found['explore_seconds']} s, {found['sql_characters']:,} characters of SQL printed in"
        f" {found['print_seconds']} s, planned in {found['plan_seconds']} s;"
        f" {found['machine']['cores']} cores, load {found['machine']['load_before']} before"
    )


@bench.command("authorization")
@click.option("--sign-ins", default=1_000, show_default=True)
@click.option("--connections", default=8, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--server", type=click.Choice(SERVERS), default=SERVERS[0], show_default=True)
@_JSON
def authorization_command(
    sign_ins: int, connections: int, workers: int, server: str, as_json: bool
) -> None:
    """Sign people in to an app: PAR, authorization and tokens, with DPoP and private_key_jwt."""
    found = authorizing(sign_ins=sign_ins, connections=connections, workers=workers, server=server)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(
        f"{found['sign_ins_per_second']}/s, p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms,"
        f" p99 {found['p99_ms']} ms; {found['server_processor_ms_per_sign_in']} ms of the server's"
        f" processor each; {found['server']} with {workers} workers on {found['database']},"
        f" {found['machine']['cores']} cores, load {found['machine']['load_before']} before"
    )
