"""`minben demo`: the town one can live in. Each command is loaded only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "seed": "minben.demo.seeding:seed",
    "start": "minben.demo.starting:start",
    "accounts": "minben.demo.starting:accounts",
    "advance": "minben.demo.advancing:advance",
    "story": "minben.demo.story:story",
    "agencies": "minben.demo.agencies.command:agencies",
}


class _Demo(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Demo)
def demo() -> None:
    """示範城鎮 A town of people who do not exist, its agencies, and its days.

    \b
    minben demo seed      fill the agencies' registers
    minben demo start     prepare everything that `minben run` needs
    minben demo accounts  whom to sign in as
    minben demo advance   let months pass
    minben demo story     a newborn's family is paid without applying, checked end to end
    """
