"""What every test may lean on. Rooms keep their own fixtures in their own folders."""

import os
import tempfile

# Before Django reads its settings: tests never touch a laptop's own town.
_FOLDER = tempfile.mkdtemp(prefix="minben-tests-")
os.environ.setdefault("MINBEN_VAR", _FOLDER)
os.environ.setdefault("MINBEN_TODAY", "2022-09-15")
