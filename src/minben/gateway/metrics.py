"""What the gateway counts: routes, outcomes and seconds, nobody's name. OpenMetrics text.

Each worker counts for itself and leaves its counts in a file once a second; whoever is asked adds
them up.
"""

from __future__ import annotations

import bisect
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """計數 One worker's counts. Routes are only those of the trust list: "" for any other."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int, str]] = Counter()  # route, status, refusal
        self.seconds: Counter[int] = Counter()  # which bound
        self.total_seconds = 0.0
        self.under_way = 0

    def count(self, route: str, status: int, refusal: str, seconds: float) -> None:
        """One answered request."""
        self.answers[route, status, refusal] += 1
        self.seconds[bisect.bisect_left(BOUNDS, seconds)] += 1
        self.total_seconds += seconds

    def save(self, path: Path) -> None:
        """Leave the counts for the other workers."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self._told()), "utf-8")
        fresh.replace(path)

    def text(self, folder: Path, own: str) -> str:
        """The counts of all workers, this one's as they are now."""
        told = [self._told()]
        for path in sorted(folder.glob("*.json")):
            if path.stem != own:
                told.append(json.loads(path.read_text("utf-8")))
        return _text(told)

    def _told(self) -> dict[str, object]:
        return {
            "answers": [[*key, n] for key, n in self.answers.items()],
            "seconds": [self.seconds[i] for i in range(len(BOUNDS) + 1)],
            "total_seconds": self.total_seconds,
            "under_way": self.under_way,
        }


def _text(told: list[dict[str, object]]) -> str:
    answers: Counter[tuple[str, int, str]] = Counter()
    seconds = [0] * (len(BOUNDS) + 1)
    for one in told:
        for route, status, refusal, n in one["answers"]:  # type: ignore[attr-defined]
            answers[route, status, refusal] += n
        seconds = [a + b for a, b in zip(seconds, one["seconds"], strict=True)]  # type: ignore[call-overload]
    lines = [
        "# TYPE minben_gateway_answers counter",
        "# HELP minben_gateway_answers Answers by data set, status and kind of refusal.",
    ]
    for (route, status, refusal), n in sorted(answers.items()):
        labels = {"route": route, "status": str(status), "refusal": refusal}
        lines.append(f"minben_gateway_answers_total{_labels(labels)} {n}")
    lines += ["# TYPE minben_gateway_seconds histogram", "# UNIT minben_gateway_seconds seconds"]
    running = 0
    for bound, n in zip((*BOUNDS, float("inf")), seconds, strict=True):
        running += n
        name = "+Inf" if bound == float("inf") else str(bound)
        lines.append(f'minben_gateway_seconds_bucket{{le="{name}"}} {running}')
    lines.append(f"minben_gateway_seconds_count {running}")
    lines.append(f"minben_gateway_seconds_sum {sum(float(str(t['total_seconds'])) for t in told)}")
    lines.append("# TYPE minben_gateway_under_way gauge")
    lines.append(f"minben_gateway_under_way {sum(int(str(t['under_way'])) for t in told)}")
    return "\n".join([*lines, "# EOF", ""])


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
