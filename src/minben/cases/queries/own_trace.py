"""The steps of a decision as one person may read them: nothing of what was answered of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from minben.cases.words import texts

_NAMED = re.compile(r"([A-Za-z_]\w*)\.")  # "father.tax_rate < 20" speaks of "father"


def trace_for(trace: Mapping[str, Any], shown: frozenset[str]) -> Mapping[str, Any]:
    """A trace in which only the subject and the people in `shown` (keys, "mother") are spoken of.

    A step that asks about anybody else keeps its result, its articles and what it asked about
    the subject; what it asked about people is left out as a whole, since the order of asking and
    what was no longer asked would tell the answer.
    """
    if "person" not in trace:  # an officer's override has no steps of the law
        return trace
    return _step(trace, shown, str(trace["person"]))


def _step(step: Mapping[str, Any], shown: frozenset[str], subject: str) -> dict[str, Any]:
    own = shown | {subject}
    said = [*step["facts"], *(one["condition"] for one in step["conditions"])]
    below = step["steps"]
    if not _about(said) <= own or any(one["person"] not in own for one in below):
        own = frozenset({subject})
    facts = {text: value for text, value in step["facts"].items() if _about([text]) <= own}
    conditions = [one for one in step["conditions"] if _about([one["condition"]]) <= own]
    deciding = step["deciding"]
    if len(facts) + len(conditions) < len(said):
        hidden = texts()["answer.hidden"].en
        conditions.append({"condition": hidden, "holds": None})
        deciding = hidden if deciding is None or not _about([deciding]) <= own else deciding
    return {
        **step,
        "facts": facts,
        "conditions": conditions,
        "deciding": deciding,
        "steps": [_step(one, shown, subject) for one in below if one["person"] in own],
    }


def _about(texts_of_law: Iterable[str]) -> frozenset[str]:
    """Keys of everybody of whom these expressions speak."""
    return frozenset(key for text in texts_of_law for key in _NAMED.findall(text))
