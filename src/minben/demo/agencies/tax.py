"""財政資訊中心 Tax: the marginal rate of a person's filing unit. It only ever leaves compared."""

from __future__ import annotations

from minben.demo.agencies.register import Register
from minben.kit import FactRequest, Provider, Subject, Unknown
from minben.kit.types import JSON

DATA_SET = "tax/income/rate/v1"


def offer(provider: Provider) -> None:
    """Answer from the newest assessment before the month: that of the year before."""
    register = Register(provider.folder.path)

    @provider.data_set(DATA_SET)
    def rate(subject: Subject, request: FactRequest) -> JSON | Unknown:
        row = register.one(
            "SELECT tax_rate FROM rate WHERE number = ? AND year < ? ORDER BY year DESC LIMIT 1",
            subject.number,
            request.month.year,
        )
        return Unknown() if row is None else int(row["tax_rate"])
