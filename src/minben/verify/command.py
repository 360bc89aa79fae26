"""`minben verify BUNDLE`: the same check for a citizen, a journalist or a court."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from minben.base.text import Text
from minben.protocol.signed_note import NoteError, NoteKey
from minben.verify import kept, whole_log
from minben.verify.check import Finding, Report, check
from minben.verify.format import Unreadable, read
from minben.verify.words import words


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_text", help="The log's published key: name+hash+base64, or a file.")
@click.option(
    "--earlier", type=click.Path(path_type=Path), help="A bundle you kept from an earlier day."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify(file: Path, key_text: str | None, earlier: Path | None, as_json: bool) -> None:
    """驗證個人軌跡的證明包 Check that a person's trail is complete and unchanged, off line.

    FILE is a person's bundle, or the auditors' file of the whole log.
    Exit 0: complete and unchanged. 1: broken, and what exactly. 2: the file cannot be read.
    """
    try:
        report, key, told = _checked(_parsed(file), key_text, earlier)
    except Unreadable as why:
        _unreadable(str(why), as_json=as_json)
    if as_json:
        origin = {"key": key.text, "key_came_from_the_bundle": key_text is None}
        click.echo(json.dumps({**_as_json(report), **origin}, ensure_ascii=False, indent=2))
    else:
        for text in told:
            _echo(text)
        if key_text is None:
            _echo(words("verdict")["own_key"].filled(key=key.text))
        _echo(words("verdict")["limit"])
    raise SystemExit(0 if report.is_sound else 1)


def _checked(
    value: object, key_text: str | None, earlier: Path | None
) -> tuple[Report, NoteKey, list[Text]]:
    """The report, the key it rests on, and what to say."""
    if whole_log.is_log(value):
        log = whole_log.read(value)
        key = _key(key_text or log.log_key)
        report = whole_log.check(log, key)
        checked = words("checks")["log"].filled(
            count=len(log.leaves), checkpoints=len(log.checkpoints)
        )
        return report, key, _broken(report) or [checked, words("verdict")["sound"]]
    own = read(value)
    key = _key(key_text or own.log_key)
    before = None if earlier is None else read(_parsed(earlier))
    report = check(own, key)
    if before is not None:
        report = kept.compare(report, own, before, key)
    return report, key, _broken(report) or list(_sound(report, kept_too=before is not None))


def _broken(report: Report) -> list[Text]:
    if report.is_sound:
        return []
    return [words("verdict")["broken"], *(finding_text(finding) for finding in report.findings)]


def _sound(report: Report, *, kept_too: bool) -> Iterator[Text]:
    """What was checked, sentence by sentence."""
    checks = words("checks")
    if report.head is not None:
        yield checks["signed"].filled(size=report.head.size, at=report.at)
    yield checks["complete"].filled(count=report.count)
    yield checks["included"]
    if report.older is not None:
        yield checks["continued"].filled(size=report.older.size)
    for name in ("sealed", "erased", "waiting"):
        if count := getattr(report, name):
            yield checks[name].filled(count=count)
    if kept_too:
        yield checks["kept"]
    yield words("verdict")["sound"]


def finding_text(finding: Finding) -> Text:
    """A finding as a sentence."""
    return words("findings")[finding.code].filled(number=finding.number)


def _parsed(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as why:
        raise Unreadable(why.strerror or "no such file") from why
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as why:
        raise Unreadable("not JSON") from why


def _key(text: str) -> NoteKey:
    path = Path(text)
    try:
        return NoteKey.from_text(path.read_text("utf-8") if _is_file(path) else text)
    except NoteError as why:
        raise Unreadable(f"key: {why}") from why


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _unreadable(why: str, *, as_json: bool) -> NoReturn:
    text = words("verdict")["unreadable"].filled(why=why)
    if as_json:
        click.echo(json.dumps({"sound": None, "error": why}))
    else:
        _echo(text, err=True)
    raise SystemExit(2)


def _echo(text: Text, *, err: bool = False) -> None:
    click.echo(f"{text.zh}\n  {text.en}", err=err)


def _as_json(report: Report) -> dict[str, object]:
    return {
        "sound": report.is_sound,
        "findings": [
            {"code": f.code, "number": f.number, "text": finding_text(f).to_json()}
            for f in report.findings
        ],
        "size": None if report.head is None else report.head.size,
        "at": report.at,
        "count": report.count,
        "sealed": report.sealed,
        "erased": report.erased,
        "waiting": report.waiting,
        "older": None if report.older is None else report.older.size,
    }
