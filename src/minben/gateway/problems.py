"""How the gateway says no: the words of its refusals."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from minben.protocol import problem


class Problem(problem.Problem):
    """拒絕傳送 A request that the gateway does not pass on; words in problems.toml."""

    words = tomllib.loads(files("minben.gateway").joinpath("problems.toml").read_text("utf-8"))
