"""The tutorial's own code joins an agency and gives its first signed answer."""

import re
from pathlib import Path

from click.testing import CliRunner

from agencies.world import MOTHER, World
from minben.kit.command import agency, open_provider
from minben.kit.folder import write_json
from minben.protocol.agreement import FactRequest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "join-as-a-provider.md"
POINTS = "points/example/points/v1"


def test_the_tutorial_is_short():
    assert len(PAGE.read_text("utf-8").splitlines()) <= 40


def test_its_code_gives_a_signed_answer(tmp_path):
    world = World(tmp_path)
    folder = world.folder("points")
    made = CliRunner().invoke(agency, ["new", str(folder)])
    assert made.exit_code == 0, made.output
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (folder / "provider.py").write_text(code.replace("L200000013", MOTHER.number))
    _on_the_tax_offices_port(world, folder)
    fact = FactRequest(MOTHER.ref, "points", "at_least", 3, POINTS)
    agreement = world.agreement(fact)
    signature = world.signature(agreement, MOTHER)
    body = world.transfer(agreement, signature, fact="points", value=3, data_set=POINTS)
    with world.serving("points"):
        answer = world.ask("points", body)
    assert answer.json()["answers"][0]["result"] is True


def test_a_new_agency_works_before_it_is_edited(tmp_path):
    assert CliRunner().invoke(agency, ["new", str(tmp_path / "a")]).exit_code == 0
    again = CliRunner().invoke(agency, ["new", str(tmp_path / "a")])
    assert "is an agency already" in again.output
    open_provider(tmp_path / "a").close()


def test_a_folder_that_lacks_something_says_what_and_how(tmp_path):
    runner = CliRunner()
    assert "agency.json is missing" in _served(runner, tmp_path / "nothing")
    runner.invoke(agency, ["new", str(tmp_path / "a")])
    (tmp_path / "a" / "provider.py").write_text("")
    assert "offer(provider)" in _served(runner, tmp_path / "a")
    (tmp_path / "a" / "key").chmod(0o644)
    assert "chmod 600" in _served(runner, tmp_path / "a")


def _served(runner, folder):
    result = runner.invoke(agency, ["serve", str(folder), "--port", "0"])
    assert result.exit_code == 1
    return result.output


def _on_the_tax_offices_port(world, folder):
    """A free port, and the trust that an administrator would write by hand."""
    import json

    world.sockets["points"] = world.sockets["tax"]
    world.urls["points"] = world.urls["tax"]
    descriptor = json.loads((folder / "agency.json").read_text("utf-8"))
    write_json(folder / "agency.json", {**descriptor, "base_url": world.urls["points"]})
    trust = json.loads((world.folder("tax") / "trust.json").read_text("utf-8"))
    write_json(folder / "trust.json", {**trust, "allow": {POINTS: ["child-welfare"]}})
