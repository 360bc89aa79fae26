"""Rooms above plug in here, so that screening never imports them."""

from collections.abc import Callable

from minben.screening.types import RunView

OnDone = Callable[[RunView], None]
_done: list[OnDone] = []


def on_done(listener: OnDone) -> OnDone:
    """Call `listener` inside the transaction that ends a run; twice is once."""
    if listener not in _done:
        _done.append(listener)
    return listener


def tell_done(view: RunView) -> None:
    """Tell every room that listens."""
    for listener in _done:
        listener(view)
