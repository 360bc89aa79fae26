"""Rooms above plug in here, so that the exchange never imports them."""

from collections.abc import Callable

from minben.exchange.types import PushView, TransferView

OnCompleted = Callable[[TransferView], None]
OnPush = Callable[[PushView], None]
_completed: list[OnCompleted] = []
_pushed: list[OnPush] = []


def on_completed(listener: OnCompleted) -> OnCompleted:
    """Call `listener` inside the transaction that ends a transfer (answered or refused).

    Register in the room's `AppConfig.ready`; twice is once.
    """
    if listener not in _completed:
        _completed.append(listener)
    return listener


def on_push(listener: OnPush) -> OnPush:
    """Call `listener` inside the transaction that takes a provider's change."""
    if listener not in _pushed:
        _pushed.append(listener)
    return listener


def tell_completed(view: TransferView) -> None:
    """Tell every room that listens."""
    for listener in _completed:
        listener(view)


def tell_pushed(view: PushView) -> None:
    """Tell every room that listens."""
    for listener in _pushed:
        listener(view)
