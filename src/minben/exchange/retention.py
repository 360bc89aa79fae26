"""How long this room keeps what. A case's answers end by `actions.retire` with its dossier."""

from datetime import date

from minben.base.retention import goes_with, keeps
from minben.base.text import Text
from minben.exchange import actions

goes_with("life_events.Dossier", "exchange.Transfer", "exchange.Answer")
goes_with("exchange.Push", "exchange.SeenNonce")


@keeps("exchange.Push", Text("收到後九十天", "ninety days after it came"))
def pushes(today: date) -> int:
    """Changes told by agencies; and nonces, which are refused as too old long before."""
    return actions.tidy()
