"""`minben demo start` and `minben demo accounts`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click

from minben.cli.run import GATEWAY_URL
from minben.demo import witnesses
from minben.demo.agencies import prepare as agencies
from minben.demo.idp import prepare as idp
from minben.demo.seeding import civil_day, folder_of_this_town, seed_registers
from minben.demo.tsa.authority import Authority

FIRST_AGENCY_PORT = 8021
PEOPLE = 20_000


@click.command()
@click.option("--people", default=PEOPLE, show_default=True, help="For a town not yet made.")
@click.option("--seed", default=1, show_default=True, help="For a town not yet made.")
@click.option("--anew", is_flag=True, help="Fill the registers again; the record stays.")
def start(people: int, seed: int, anew: bool) -> None:
    """Prepare everything that `minben run` needs; what is there stays.

    Keys, descriptors, registers, the database, agencies in the register, officials,
    and the mandate under which families are found. `minben run` calls it.

    準備 `minben run` 所需的一切；可重複執行。
    """
    folder = folder_of_this_town()
    folder.mkdir(parents=True, exist_ok=True)
    make_folders(folder)
    stamp = folder / "town.json"
    if anew or not stamp.exists():
        seconds = seed_registers(folder, people=people, seed=seed, parquet=False)
        stamp.write_text(json.dumps({"people": people, "seed": seed, "on": str(civil_day())}))
        click.echo(f"示範城鎮 town: {people:,} 人 people, {seconds:.1f} s")
    done = subprocess.run([sys.executable, "-m", "minben.demo.bootstrap"], check=False)
    if done.returncode != 0:
        raise click.ClickException(
            f"{folder} 沒有準備好；原因見上。 {folder} is not prepared; see above."
        )


def make_folders(folder: Path) -> None:
    """Keys, descriptors and trust lists of every process, at the addresses of the environment."""
    origin = os.environ.get(
        "MINBEN_ORIGIN", f"http://localhost:{os.environ.get('MINBEN_PORT', '8000')}"
    )
    pseudonyms = os.environ.get("MINBEN_PSEUDONYMS_URL", "http://localhost:8011")
    first = int(os.environ.get("MINBEN_AGENCY_PORT", str(FIRST_AGENCY_PORT)))
    urls = {
        agency.key: f"http://localhost:{first + at}" for at, agency in enumerate(agencies.AGENCIES)
    }
    idp.prepare(
        folder, origin=origin, url=os.environ.get("MINBEN_IDP_URL", "http://localhost:8010")
    )
    agencies.prepare(
        folder,
        origin=origin,
        pseudonyms_url=pseudonyms,
        base_urls=urls,
        gateway_url=os.environ.get("MINBEN_GATEWAY_URL") or GATEWAY_URL,
        pull_trust=True,
    )
    port = int(os.environ.get("MINBEN_WITNESS_PORT", str(witnesses.FIRST_PORT)))
    witnesses.prepare(folder, origin=origin, first_port=port)
    Authority(folder / "timestamps")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The whole of persons.json.")
def accounts(as_json: bool) -> None:
    """Say whom to sign in as, with which card and PIN.

    可登入的示範人物、卡號與 PIN 碼。
    """
    path = folder_of_this_town() / "persons.json"
    if not path.exists():
        raise click.ClickException(
            f"{path} 不存在；請先執行 minben demo start。\n"
            f"{path} does not exist; run `minben demo start` first."
        )
    if as_json:
        click.echo(path.read_text("utf-8"))
        return
    told = json.loads(path.read_text("utf-8"))
    click.echo("\n  誰 who · 方式 method · 卡號 card · PIN\n")
    for family in told["families"]:
        click.echo(f"{family['shows']['zh']}\n{family['shows']['en']}")
        for person in family["members"]:
            _line(person)
        click.echo()
    for official in told["officials"]:
        _line(official, f"{official['title']['zh']} {official['title']['en']}")
    _line(told["company"]["agent"], told["company"]["name"]["zh"])


def _line(person: dict[str, object], title: str = "") -> None:
    ways = person["sign_in"]
    name = person["name"]
    if not isinstance(ways, list) or not ways or not isinstance(name, dict):
        return
    said = f"{name['zh']} {name['en']}"
    for way in ways[:1] if not title else ways:
        shown = f"{way['method']} {way['card']} PIN {way['pin']}"
        click.echo(f"  {said:<28} {shown}  {title or person['key']}")
