"""Money is whole New Taiwan dollars. No float comes near it."""

from typing import NewType

NTD = NewType("NTD", int)


def written(amount: int) -> str:
    """`NT$ 5,000`, the way both languages write it."""
    return f"NT$ {amount:,}"
