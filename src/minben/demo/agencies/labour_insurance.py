"""勞工保險局 Labour insurance: spells in which a parent draws parental-leave benefit."""

from __future__ import annotations

from minben.demo.agencies.register import Register, spell
from minben.kit import FactAnswer, FactRequest, Provider, Subject

DATA_SET = "labour-insurance/benefits/parental-leave/v1"


def offer(provider: Provider) -> None:
    """Answer from the spells of leave; who has none drew nothing."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def leave(subject: Subject, request: FactRequest) -> FactAnswer:
        rows = register.all("SELECT * FROM leave_spell WHERE number = ?", subject.number)
        spells = [spell(True, row["starts_on"], row["ends_on"]) for row in rows]
        return FactAnswer(spells, otherwise=False)
