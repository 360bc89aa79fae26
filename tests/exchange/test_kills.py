"""Killed at every point of a transfer and started again: one release, one answer, one entry.

The platform's worker is a process of its own on a database file, killed as by kill -9 (exit code
137) at the points that `jobs.faults` names; the tax office is a real server.
"""

import os
import subprocess
import sys

import pytest

from agencies.world import World

PREPARE = """
import sys
sys.path[:0] = ["{tests}"]
from exchange.conftest import Platform
from agencies.world import RATE, World
from minben.base.assurance import AssuranceLevel
from minben.base.month import Month
from minben.exchange import actions
from minben.facts.predicate import Predicate
from minben.protocol.agreement import FactRequest, Party

class Folders(World):
    def __init__(self):
        pass

world = Folders()
for name, value in {state!r}.items():
    setattr(world, name, value)
from pathlib import Path
from minben.protocol.keys import SigningKey
world.var = Path("{var}")
world.idp = SigningKey.load(world.folder("idp") / "key")
platform = Platform(world)
fact = FactRequest(platform.mother.ref, "tax_rate", "at_least", 20, RATE)
party = Party("mother", platform.mother.ref, AssuranceLevel.MEDIUM)
agreement = platform.agreed(fact, parties=[party])
actions.request_facts(subject=platform.mother.uuid, case_ref="C-1", month=Month(2022, 9),
    predicates=[Predicate("mother", "tax_rate", "at_least", 20)], agreement_id=agreement.id)
"""
CARRY = """
from datetime import timedelta
from django.utils import timezone
from minben.jobs.models import Job
from minben.jobs.worker import run_due
past = timezone.now() - timedelta(seconds=1)
Job.objects.filter(done_at=None).update(not_before=past, leased_until=None)
Job.objects.exclude(kind="exchange.transfer").delete()
run_due(limit=1)
"""
REPORT = """
from minben.exchange.models import Answer, Transfer
from minben.trail.models import Disclosure
entries = Disclosure.objects.filter(verb="exchange.received").count()
print(Transfer.objects.get().state, Answer.objects.count(), entries)
"""


@pytest.mark.slow
def test_killed_at_every_point_a_transfer_happens_exactly_once(tmp_path):
    world = World(tmp_path)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "minben.config.settings",
        "MINBEN_VAR": str(tmp_path),
        "MINBEN_ORIGIN": world.urls["owner"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/record.sqlite3",
    }

    def run(code, fault=""):
        program = code if code == "migrate" else f"import django; django.setup()\n{code}"
        argv = ["-m", "django", "migrate", "-v0"] if code == "migrate" else ["-c", program]
        return subprocess.run(
            [sys.executable, *argv],
            env={**environment, "MINBEN_FAULT": fault},
            capture_output=True,
            text=True,
            timeout=300,
        )

    (tmp_path / "static").mkdir(exist_ok=True)
    made = run("migrate")
    assert made.returncode == 0, made.stderr
    tests = os.path.dirname(os.path.dirname(__file__))
    state = {"urls": world.urls}
    prepared = run(PREPARE.format(tests=tests, var=tmp_path, state=state))
    assert prepared.returncode == 0, prepared.stderr
    with world.serving("tax"):
        for point in ("claimed", "called", "handled"):
            killed = run(CARRY, f"job:exchange.transfer:{point}")
            assert killed.returncode == 137, (point, killed.stderr)
        assert run(REPORT).stdout.split() == ["waiting", "0", "0"]
        killed = run(CARRY, "job:exchange.transfer:done")
        assert killed.returncode == 137, killed.stderr
        assert run(REPORT).stdout.split() == ["answered", "1", "1"]
        run(CARRY)
    assert run(REPORT).stdout.split() == ["answered", "1", "1"]
    assert [line["what"] for line in world.lane("tax")] == ["released"]
