"""Places: a county and a township, with the codes that every agency writes."""

from dataclasses import dataclass

from minben.base.text import Text


@dataclass(frozen=True, slots=True)
class County:
    """縣市 A county or city, by the Ministry of the Interior's five-digit code."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Township:
    """鄉鎮市區 A township, town, city or district, by its eight-digit code.

    `villages` is the number of villages (村里) in 2021: the only measure of size in the source.
    """

    code: str
    county: County
    name: Text
    villages: int

    @property
    def full_name(self) -> Text:
        """`臺北市中正區` / `Zhongzheng District, Taipei City`, as on an envelope."""
        return Text(
            zh=f"{self.county.name.zh}{self.name.zh}",
            en=f"{self.name.en}, {self.county.name.en}",
        )
