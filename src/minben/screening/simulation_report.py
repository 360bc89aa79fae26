"""A simulation as one readable page: a file of its own that needs nothing else."""

from __future__ import annotations

from html import escape

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.packs.reform import Reform
from minben.places.queries import township
from minben.screening.charts import Bar, bars, tile_map
from minben.screening.simulation import Cell, Simulation

_CLASSES = {
    "general": Text("一般", "General"),
    "mid_low": Text("中低收入", "Mid-low income"),
    "low": Text("低收入", "Low income"),
}
_STYLE = """body{font:16px/1.6 system-ui,"Noto Sans TC",sans-serif;max-width:60rem;
margin:2rem auto;padding:0 1rem;color:#1f2933;background:#fff}h1{font-size:1.7rem;line-height:1.3}
h2{margin-top:2.5rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;
border-bottom:1px solid #d9dee4;padding:.4rem .5rem}td.n,th.n{text-align:right;
font-variant-numeric:tabular-nums}.en{color:#52606d}.facts{display:grid;gap:1rem;margin:1.5rem 0;
grid-template-columns:repeat(auto-fit,minmax(11rem,1fr))}.facts div{border:1px solid #d9dee4;
border-radius:.6rem;padding:.8rem}.facts b{display:block;font-size:1.4rem}
svg{width:100%;max-width:44rem;height:auto}"""


def report(reform: Reform, found: Simulation) -> str:
    """The page, in both languages."""
    told = found.to_json()
    few = Text("人數過少不公布", "withheld")
    facts = [
        (Text("現行每月支出", "Paid a month today"), f"{found.paid_before:,}"),
        (Text("每月支出變動", "Change in NTD a month"), _signed(told["change"], few)),
        (Text("增加者", "Have more"), _number(told["winners"], few)),
        (Text("減少者", "Have less"), _number(told["losers"], few)),
        (Text("改列其他給付方式", "Moved between payment and price"), _number(told["moved"], few)),
    ]
    body = [
        f"<h1>{escape(reform.name.zh)}<br><span class=en>{escape(reform.name.en)}</span></h1>",
        f"<p>{escape(reform.purpose.zh)}<br><span class=en>{escape(reform.purpose.en)}</span></p>",
        f"<p>{found.people:,} 人，{found.month} 月。{found.people:,} people, {found.month}. "
        f"{escape(reform.today.rules_hash[:19])}… → {escape(reform.then.rules_hash[:19])}…</p>",
        '<div class="facts">',
        *(f"<div>{escape(name.zh)} <span class=en>{escape(name.en)}</span><b>{escape(n)}</b></div>"
          for name, n in facts),
        "</div>",
        _schemes(reform, told),
        _section(Text("依所得類別", "By income class"), _bars(found, "income_class")),
        _section(Text("依足歲", "By age in years"), _bars(found, "age")),
        _section(Text("依鄉鎮市區", "By township"), _map(found)),
        _townships(found.cells["township"], few),
        "<p class=en>少於十人之統計格不公布；必要時併同不公布另一格。地圖以等大方格排列，"
        "非實際界線：綠色增加，褐色減少，愈深愈多；斜線不公布。"
        " Cells of fewer than ten people are withheld, and others where they could be worked out."
        " The map is of equal tiles, not of boundaries: teal more, amber less, deeper where more;"
        " hatched where withheld.</p>",
    ]  # fmt: skip
    return (
        '<!doctype html><html lang="zh-Hant-TW"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(reform.name.zh)} {escape(reform.name.en)}</title>"
        f"<style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>"
    )


def _section(title: Text, content: str) -> str:
    return f"<h2>{escape(title.zh)} <span class=en>{escape(title.en)}</span></h2>{content}"


def _schemes(reform: Reform, told: dict[str, list[dict[str, object]]]) -> str:
    rows = ""
    few = Text("人數過少不公布", "withheld")
    for row in told["schemes"]:
        name = reform.today.schemes[str(row["scheme"])].name
        rows += (
            f"<tr><td>{escape(name.zh)} <span class=en>{escape(name.en)}</span></td>"
            f"<td class=n>{_number(row['before'], few)}</td>"
            f"<td class=n>{_number(row['after'], few)}</td></tr>"
        )
    return (
        "<table><thead><tr><th>給付 <span class=en>Scheme</span></th>"
        "<th class=n>現行 <span class=en>today</span></th>"
        f"<th class=n>修法後 <span class=en>reform</span></th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _bars(found: Simulation, name: str) -> str:
    cells = found.cells[name]
    if name == "age":
        cells = tuple(sorted(cells, key=lambda c: int(c.key)))
    title = Text("增加與減少的人數", "People who have more, and less")
    return bars(title, [Bar(_label(name, c.key), c.winners, c.losers) for c in cells])


def _label(name: str, key: str) -> Text:
    if name == "age":
        return Text(f"{key} 歲", f"age {key}")
    return _CLASSES.get(key, Text(key, key))


def _map(found: Simulation) -> str:
    title = Text("各鄉鎮市區每月變動", "Change a month by township")
    return tile_map(title, {c.key: c.change for c in found.cells["township"]})


def _townships(cells: tuple[Cell, ...], few: Text) -> str:
    told = sorted((c for c in cells if not c.withheld), key=lambda c: -abs(c.change or 0))
    rows = "".join(
        f"<tr><td>{escape(_place(c.key))}</td><td class=n>{_number(c.winners, few)}</td>"
        f"<td class=n>{_number(c.losers, few)}</td><td class=n>{_signed(c.change, few)}</td></tr>"
        for c in told
    )
    withheld = len(cells) - len(told)
    return (
        f"<details><summary>{len(told)} 個鄉鎮市區列表 townships listed;"
        f" {withheld} 個不公布 withheld</summary><table><thead><tr><th>鄉鎮市區 Township</th>"
        "<th class=n>增加 more</th><th class=n>減少 less</th><th class=n>NTD</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )


def _place(code: str) -> str:
    try:
        name = township(code).full_name
    except Refused:
        return "未登記 not registered"
    return f"{name.zh} {name.en}"


def _number(value: object, few: Text) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{few.zh} {few.en}"


def _signed(value: object, few: Text) -> str:
    return f"{value:+,}" if isinstance(value, int) else f"{few.zh} {few.en}"
