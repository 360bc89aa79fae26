"""`minben facts`, `minben decide`, `minben pack`: the law from the command line, no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from minben.base.month import Month
from minben.base.text import Text
from minben.cli.input import BadInput, read_day, read_document, read_month
from minben.facts.situation import Situation, SituationError
from minben.law import RuleError
from minben.packs import case_load, case_schema, load, new, schema
from minben.packs import check as checks
from minben.packs.case_pack import CaseDecision
from minben.packs.model import Pack
from minben.packs.reading import PackError

DECIDED, BAD_INPUT, FACTS_MISSING = 0, 2, 3


class JsonCommand(click.Command):
    """A command whose every mistake, also a wrong option, is one JSON error and exit code 2."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; a usage error is printed as JSON."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            option = getattr(error, "option_name", None)
            if isinstance(error, click.MissingParameter) and error.param is not None:
                option = error.param.human_readable_name
            _refuse(
                BadInput(
                    str(option or "command line"),
                    Text(f"指令寫法有誤：{error.format_message()}", error.format_message()),
                    Text("請見 --help。", "See --help."),
                )
            )


@click.command(cls=JsonCommand)
@click.argument("pack_key", metavar="PACK")
def facts(pack_key: str) -> None:
    """PACK 所需事實與答覆之格式 Print the JSON Schema (2020-12) of PACK's facts and answer.

    The object printed has two schemas: `facts`, which a file for `minben decide` must meet, and
    `answer`, which every answer meets. A pack of several decisions is named with one of them.

    \b
    minben facts childcare
    minben facts inheritance.shares
    """
    try:
        if pack_key in case_load.known():
            _print(case_schema.of(case_load.decision(pack_key)))
        else:
            _print(schema.of(_pack(pack_key)))
    except BadInput as error:
        _refuse(error)


@click.command(cls=JsonCommand)
@click.argument("pack_key", metavar="PACK")
@click.option(
    "--on",
    "written",
    metavar="YYYY-MM[-DD]",
    help="月份或日期 The month to decide for; of a whole case (inheritance.…) the day.",
)
@click.option("--facts", "file", metavar="FILE", help="事實檔 JSON facts; - reads standard input.")
@click.option(
    "--subject", metavar="PERSON", help="當事人 Whom it is about, if the file does not say."
)
def decide(pack_key: str, written: str | None, file: str | None, subject: str | None) -> None:
    """依法核定 Decide PACK for one person and month, or a case on a day; answers JSON.

    The answer says what is due, how much and why, with the articles, the trace, the facts still
    needed and those that are not, and what is disputed.

    \b
    minben decide childcare --on 2022-09 --facts family.json
    echo '{...}' | minben decide childcare --on 2022-09 --facts - --subject child
    minben decide inheritance.shares --on 2025-06-01 --facts family.json

    \b
    Exit code 0  decided: due or not due
              2  bad input: a JSON error names the field, the mistake and its mend
              3  open: facts are missing; the answer names them in order of asking
    """
    try:
        if pack_key in case_load.known():
            case = case_load.decision(pack_key)
            day = read_day("--on", written)
            answer = answered_case(case, day, read_document("--facts", file), subject)
        else:
            pack = _pack(pack_key)
            month = read_month("--on", written)
            if month < pack.first_month:
                raise _too_early(month, pack)
            answer = answered(pack, month, read_document("--facts", file), subject)
    except BadInput as error:
        _refuse(error)
    _print(answer)
    raise SystemExit(FACTS_MISSING if answer["status"] == "open" else DECIDED)


def answered(
    pack: Pack, month: Month, document: Mapping[str, Any], subject: str | None
) -> dict[str, Any]:
    """The JSON answer for a situation in its file form; BadInput names what is wrong with it."""
    named = document if subject is None else {**document, "subject": subject}
    try:
        situation = Situation.from_json(named)
        return pack.decide(situation, subject=situation.subject, month=month).to_json()
    except SituationError as error:
        field = "--subject" if subject is not None and error.field == "subject" else error.field
        raise BadInput(field, error.mistake, error.mend) from None
    except RuleError as error:
        raise BadInput(
            "persons",
            Text(f"事實互相矛盾：{error}", f"The facts contradict each other: {error}"),
            Text("請更正或刪去其中之一。", "Correct them, or leave one out."),
        ) from None


def answered_case(
    case: CaseDecision, on: date, document: Mapping[str, Any], subject: str | None
) -> dict[str, Any]:
    """The JSON answer for a whole case; BadInput names what is wrong with its facts."""
    named = document if subject is None else {**document, "subject": subject}
    try:
        return case.decide(named, on)
    except SituationError as error:
        field = "--subject" if subject is not None and error.field == "subject" else error.field
        raise BadInput(field, error.mistake, error.mend) from None


@click.group()
def pack() -> None:
    """服務包 Write and check packs: one folder per public service."""


@pack.command("new")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="資料夾 Folder that receives it; default: the packs of minben.",
)
def pack_new(name: str, into: Path | None) -> None:
    """新增服務包 Write the pack NAME and say what is left to do.

    NAME is a word in small letters, as `school_fees`. The pack passes the checks of structure;
    every TODO in it is listed by `minben pack check`.
    """
    try:
        folder = new.write(name, into=into or load.FOLDER)
    except PackError as error:
        raise click.ClickException(str(error)) from None
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            click.echo(f"written  {file.relative_to(folder.parent)}")
    _report(checks.check(folder))


@pack.command("check")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出 Print the findings as JSON.")
def pack_check(name: str, as_json: bool) -> None:
    """檢查服務包 Name every gap of the pack NAME (or of a folder) and how to close it.

    Checked are: structure, words in both languages, sources, disputed parameters, what tracing
    cannot see in the law, an example on every feasible path in every phase and for every cell of
    the parameters, and the amounts of the examples. Exit code 1 when something is left.
    """
    folder = Path(name) if Path(name).is_dir() else load.FOLDER / name
    if not folder.is_dir():
        known = ", ".join(load.known())
        raise click.ClickException(f"no pack {name}; known are: {known}")
    found = checks.check(folder)
    if as_json:
        _print({"pack": folder.name, "findings": [finding.to_json() for finding in found]})
    else:
        _report(found)
    raise SystemExit(1 if found else 0)


def _report(found: list[checks.Finding]) -> None:
    for finding in found:
        click.echo(
            f"{finding.kind:<10} {finding.place}: {finding.mistake}\n{'':<10} → {finding.mend}"
        )
    click.echo(f"{len(found)} left to do" if found else "nothing left to do")


def _pack(key: str) -> Pack:
    if key not in load.known():
        known = "、".join((*load.known(), *case_load.known()))
        raise BadInput(
            "PACK",
            Text(f"沒有「{key}」這個服務包。", f'There is no pack "{key}".'),
            Text(f"可選：{known}。", f"Choose one of: {known}."),
        )
    return load.pack(key)


def _too_early(month: Month, pack: Pack) -> BadInput:
    return BadInput(
        "--on",
        Text(f"{month} 早於本服務最早的規定。", f"{month} is before the first rule of this pack."),
        Text(f"請選 {pack.first_month} 以後的月份。", f"Choose {pack.first_month} or later."),
    )


def _refuse(error: BadInput) -> NoReturn:
    _print(error.to_json())
    raise SystemExit(BAD_INPUT)


def _print(document: Mapping[str, Any]) -> None:
    written = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(written.encode("utf-8", "backslashreplace"))
