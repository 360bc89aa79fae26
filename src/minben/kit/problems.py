"""How a provider says no: the words of its refusals."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from minben.protocol import problem


class Problem(problem.Problem):
    """拒絕回答 A request that the provider does not answer; words in problems.toml."""

    words = tomllib.loads(files("minben.kit").joinpath("problems.toml").read_text("utf-8"))
