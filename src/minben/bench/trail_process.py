"""`python -m minben.bench.trail_process OPTIONS`: the bench of the trail with a record of its own.

OPTIONS is one JSON object; MINBEN_VAR names a fresh folder. The answer is one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command


def main() -> None:
    """Set up Django and an empty record, measure, say the numbers."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "minben.config.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    measure = import_module("minben.bench.trail").run
    folder = Path(os.environ["MINBEN_VAR"])
    found = measure(**json.loads(sys.argv[1]), folder=folder, told=_told)
    sys.stdout.write(json.dumps(found) + "\n")


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
