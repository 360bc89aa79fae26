"""Writes what is derived: the index of decisions."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def decisions_index(folder: Path) -> str:
    """The index of decision records, from their own first lines."""
    lines = ["# Decisions", ""]
    lines += ["Each record says what was decided, why, and what was rejected.", ""]
    for path in sorted(folder.glob("[0-9]*.md")):
        title = path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    decisions = ROOT / "docs" / "decisions"
    (decisions / "README.md").write_text(decisions_index(decisions), "utf-8")
