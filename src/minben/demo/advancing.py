"""`minben demo advance`."""

from __future__ import annotations

import subprocess
import sys

import click


@click.command()
@click.option("--months", default=1, show_default=True, type=click.IntRange(1, 120))
def advance(months: int) -> None:
    """Let months pass, day by day, and do what falls due: reviews, payments, reminders.

    The agencies must be running (`minben run`) for what asks them. Law, ages and due dates follow
    the town's day; tokens and signatures keep real time.

    讓示範城鎮的日子前進，並執行到期的工作。
    """
    program = [sys.executable, "-m", "minben.demo.passing", str(months)]
    done = subprocess.run(program, check=False)  # noqa: S603 our own module
    if done.returncode != 0:
        raise click.ClickException("時間沒有前進；原因見上。 Time did not pass; see above.")
