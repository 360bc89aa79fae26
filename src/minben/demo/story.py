"""`minben demo story`: one family from birth to payment and proof, against running parts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from minben.demo.stage import Stage, set_up
from minben.demo.telling import Told

DAYS = {"2022-09": "2022-09-15", "2024-02": "2024-02-15"}
PEOPLE = 60


@click.command()
@click.option("--on", "month", type=click.Choice(list(DAYS)), default="2022-09", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The whole story as JSON.")
@click.option("--people", default=PEOPLE, show_default=True, help="How large a town.")
@click.option("--logs", is_flag=True, help="If the story stops, show the ends of all logs.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the town in this folder.")
def story(month: str, as_json: bool, people: int, logs: bool, keep: Path | None) -> None:
    """A newborn's family is paid without applying, and can prove who saw what.

    Starts the whole platform in a temporary folder on free ports, then does what the family
    would: reads the offer, signs (both parents where both are asked), is paid, verifies the
    trail. Exit 0 when nothing is missing, 1 otherwise.

    在暫存資料夾啟動整個平臺，走完一個新生兒家庭從通知、同意、決定、撥款到查證的全程。
    """
    with tempfile.TemporaryDirectory(prefix="minben-story-") as temporary:
        folder = (keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        told = _played(folder, month, people, logs=logs)
    click.echo(told.to_json() if as_json else "\n".join(told.lines()))
    if told.missing:
        raise SystemExit(1)


def _played(folder: Path, month: str, people: int, *, logs: bool) -> Told:
    try:
        with set_up(folder, today=DAYS[month], people=people) as stage:
            return _play(stage, month, logs=logs)
    except (RuntimeError, TimeoutError, click.ClickException) as failure:
        return Told(on=DAYS[month], month=month, stopped_at=f"start: {failure}")


def _play(stage: Stage, month: str, *, logs: bool) -> Told:
    result = stage.var / "story.json"
    done = stage.run("minben.demo.play", month, str(result))
    if result.exists():
        told = Told.from_json(result.read_text("utf-8"))
    else:
        told = Told(on=DAYS[month], month=month, stopped_at=done.stderr[-2000:])
    if done.returncode != 0 and not told.stopped_at:
        told.stopped_at = done.stderr[-2000:]
    if told.stopped_at and logs:
        for log in sorted((stage.var / "log").iterdir()):
            click.echo(f"── {log.name}\n{log.read_text('utf-8')[-1500:]}", err=True)
    return told
