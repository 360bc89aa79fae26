"""`minben verify BUNDLE`: the same check for a citizen, a journalist or a court."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from minben.base.text import Text
from minben.protocol import checkpoint
from minben.protocol.merkle import verify_consistency
from minben.protocol.signed_note import NoteError, NoteKey, SignedNote
from minben.protocol.tlog_policy import Policy, PolicyError
from minben.verify import kept, whole_log
from minben.verify.check import Finding, Report, check
from minben.verify.format import Unreadable, read
from minben.verify.stamps import read_roots, stamped_at
from minben.verify.words import words


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_text", help="The log's published key: name+hash+base64, or a file.")
@click.option(
    "--earlier", type=click.Path(path_type=Path), help="A bundle you kept from an earlier day."
)
@click.option("--policy", "policy_file", type=click.Path(path_type=Path),
              help="A trust policy (C2SP tlog-policy): log, witnesses, how many.")  # fmt: skip
@click.option("--checkpoint", "elsewhere", type=click.Path(path_type=Path),
              help="A checkpoint of this log seen elsewhere, as a witness shows it.")  # fmt: skip
@click.option("--tsa-roots", type=click.Path(path_type=Path),
              help="Time-stamp authorities that you trust (PEM).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify(
    file: Path,
    key_text: str | None,
    earlier: Path | None,
    policy_file: Path | None,
    elsewhere: Path | None,
    tsa_roots: Path | None,
    as_json: bool,
) -> None:
    """驗證個人軌跡的證明包 Check that a person's trail is complete and unchanged, off line.

    FILE is a person's bundle, or the auditors' file of the whole log.
    Exit 0: complete and unchanged. 1: broken, and what exactly. 2: the file cannot be read.
    """
    try:
        policy = None if policy_file is None else _policy(policy_file)
        trusted = key_text or (None if policy is None else _only_log(policy))
        report, key, told = _checked(_parsed(file), trusted, earlier, policy)
        if tsa_roots is not None:
            report = _stamped(report, _parsed(file), key, tsa_roots)
            told = [*_stamp_words(report), *told] if report.is_sound else _broken(report)
        if elsewhere is not None:
            report, told = _compared(report, key, told, elsewhere)
    except Unreadable as why:
        _unreadable(str(why), as_json=as_json)
    if as_json:
        origin = {"key": key.text, "key_came_from_the_bundle": trusted is None}
        click.echo(json.dumps({**_as_json(report), **origin}, ensure_ascii=False, indent=2))
    else:
        for text in told:
            _echo(text)
        if trusted is None:
            _echo(words("verdict")["own_key"].filled(key=key.text))
        if policy is None:
            _echo(words("verdict")["no_policy"])
        _echo(words("verdict")["limit"])
    raise SystemExit(0 if report.is_sound else 1)


def _checked(
    value: object, key_text: str | None, earlier: Path | None, policy: Policy | None
) -> tuple[Report, NoteKey, list[Text]]:
    """The report, the key it rests on, and what to say."""
    if whole_log.is_log(value):
        log = whole_log.read(value)
        key = _key(key_text or log.log_key)
        report = whole_log.check(log, key, policy)
        checked = words("checks")["log"].filled(
            count=len(log.leaves), checkpoints=len(log.checkpoints)
        )
        return report, key, _broken(report) or [checked, words("verdict")["sound"]]
    own = read(value)
    key = _key(key_text or own.log_key)
    before = None if earlier is None else read(_parsed(earlier))
    report = check(own, key, policy)
    if before is not None:
        report = kept.compare(report, own, before, key)
    return report, key, _broken(report) or list(_sound(report, kept_too=before is not None))


def _stamped(report: Report, value: object, key: NoteKey, path: Path) -> Report:
    """The report with the time stamp, when the bundle has one and its authority is trusted."""
    stamp = None if whole_log.is_log(value) else read(value).stamp
    if stamp is None or report.head is None:
        return report
    try:
        roots = read_roots(path)
    except (OSError, ValueError) as why:
        raise Unreadable(f"{path.name}: no certificates in PEM") from why
    forged = replace(report, findings=(*report.findings, Finding("stamp_forged")))
    try:
        older = checkpoint.read(stamp.checkpoint, key)
    except NoteError:
        return forged
    at = stamped_at(stamp.token, SignedNote.read(stamp.checkpoint).text.encode(), roots)
    head, proof = report.head, stamp.consistency
    if at is None or not verify_consistency(older.size, head.size, older.root, head.root, proof):
        return forged
    return replace(report, stamped=at.isoformat().replace("+00:00", "Z"))


def _stamp_words(report: Report) -> list[Text]:
    if not report.stamped:
        return []
    return [words("checks")["stamped"].filled(at=report.stamped)]


def _compared(
    report: Report, key: NoteKey, told: list[Text], path: Path
) -> tuple[Report, list[Text]]:
    """The report with what a checkpoint that was seen elsewhere adds."""
    try:
        other = checkpoint.read(_text(path), key)
    except NoteError as why:
        raise Unreadable(f"{path.name}: {why}") from why
    if report.head is None:
        return report, told
    if other.size != report.head.size:
        return report, [*told, words("verdict")["other_size"].filled(size=other.size)]
    if other.root == report.head.root:
        return report, [words("checks")["elsewhere"], *told] if report.is_sound else told
    split = replace(report, findings=(*report.findings, Finding("split_view", other.size)))
    return split, _broken(split)


def _broken(report: Report) -> list[Text]:
    if report.is_sound:
        return []
    return [words("verdict")["broken"], *(finding_text(finding) for finding in report.findings)]


def _sound(report: Report, *, kept_too: bool) -> Iterator[Text]:
    """What was checked, sentence by sentence."""
    checks = words("checks")
    if report.head is not None:
        yield checks["signed"].filled(size=report.head.size, at=report.at)
    if report.witnesses:
        names = ", ".join(f"{name} ({_moment(at)})" for name, at in report.witnesses)
        yield checks["witnessed"].filled(names=names)
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
        return json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as why:
        raise Unreadable("not JSON") from why


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as why:
        raise Unreadable(why.strerror or "no such file") from why
    except UnicodeDecodeError as why:
        raise Unreadable("not text") from why


def _policy(path: Path) -> Policy:
    try:
        return Policy.read(_text(path))
    except PolicyError as why:
        raise Unreadable(f"policy: {why}") from why


def _only_log(policy: Policy) -> str | None:
    """The log's key, when the policy names exactly one log."""
    logs = list(policy.logs.values())
    return logs[0].text if len(logs) == 1 else None


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


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
        "stamped": report.stamped or None,
        "witnesses": [{"name": name, "at": _moment(at)} for name, at in report.witnesses],
        "older": None if report.older is None else report.older.size,
    }
