"""A rule as a flow chart in Mermaid's language."""

from __future__ import annotations

from collections.abc import Sequence

from minben.law.decision_tree import Leaf, Tree


def mermaid_chart(tree: Tree, endings: Sequence[tuple[str, ...]]) -> str:
    """`flowchart TD` with a diamond per condition; equal ends share one box."""
    lines = ["flowchart TD"]
    drawn: set[int] = set()
    count = 0

    def draw(node: Tree) -> str:
        nonlocal count
        if isinstance(node, Leaf):
            if node.result not in drawn:
                drawn.add(node.result)
                words = " · ".join(w for w in endings[node.result] if w)
                lines.append(f'  end{node.result}(["{_safe(words)}"])')
            return f"end{node.result}"
        count += 1
        name = f"q{count}"
        lines.append(f'  {name}{{"{_safe(node.condition.text)}"}}')
        lines.append(f"  {name} -->|是 yes| {draw(node.yes)}")
        lines.append(f"  {name} -->|否 no| {draw(node.no)}")
        return name

    draw(tree)
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    return (
        text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    )
