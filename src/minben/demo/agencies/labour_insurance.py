"""勞工保險局 Labour insurance: spells in which a parent draws parental-leave benefit."""

from __future__ import annotations

from minben.demo.agencies.register import Register, filled, spell
from minben.kit import FactRequest, Provider, Subject
from minben.kit.types import JSON

DATA_SET = "labour-insurance/benefits/parental-leave/v1"
_SINCE = "2009-05-01"  # 就業保險法 art. 11(1)(4): the benefit exists since this day


def offer(provider: Provider) -> None:
    """Answer from the spells of leave; who has none drew nothing."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def leave(subject: Subject, request: FactRequest) -> JSON:
        rows = register.all("SELECT * FROM leave_spell WHERE number = ?", subject.number)
        spells = [spell(True, row["starts_on"], row["ends_on"]) for row in rows]
        return filled(spells, False, _SINCE)
