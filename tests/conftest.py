"""What every test may lean on. Rooms keep their own fixtures in their own folders."""

import os
import tempfile
from pathlib import Path

import django
from django.conf import settings

# Before Django reads its settings: tests never touch a laptop's own town. Workers of one run
# inherit the folder of the first.
os.environ.setdefault("MINBEN_VAR", tempfile.mkdtemp(prefix="minben-tests-"))
os.environ.setdefault("MINBEN_TODAY", "2022-09-15")
os.environ["DJANGO_SETTINGS_MODULE"] = "minben.config.settings"
(Path(os.environ["MINBEN_VAR"]) / "static").mkdir(parents=True, exist_ok=True)
django.setup()
# Each worker has a database of its own, and so the log's files; processes of their own do not
# inherit this, for their database is another.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
settings.TRAIL_FOLDER = settings.VAR / f"trail-{_WORKER}"
settings.TRAIL_LANES = settings.VAR / f"lanes-{_WORKER}"
