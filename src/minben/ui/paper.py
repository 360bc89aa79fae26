"""Documents on paper: a titled list of sections as PDF, in 正體中文 or English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from minben.base.text import Text
from minben.ui import language

_FONT = "MSung-Light"  # a CJK font that every PDF reader brings along: nothing to embed
_INK, _MUTED, _ACCENT = HexColor("#16202c"), HexColor("#4a5a6b"), HexColor("#0b5c8a")


@dataclass(frozen=True, slots=True)
class Section:
    """段落 A heading and rows of what it is called and what it says."""

    title: Text
    rows: tuple[tuple[Text, str], ...]


def document(*, title: Text, under: str, sections: Sequence[Section]) -> bytes:
    """The PDF's bytes, in the language of the request."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    page = BytesIO()
    paper = SimpleDocTemplate(
        page,
        pagesize=A4,
        title=language.told(title),
        author="minben",
        lang=language.TAGS[language.current()],
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
    )
    flow: list[Flowable] = [
        Paragraph(_safe(language.told(title)), _style(20, _INK, after=4)),
        Paragraph(_safe(under), _style(10, _MUTED, after=10)),
    ]
    for section in sections:
        flow.append(Paragraph(_safe(language.told(section.title)), _style(13, _ACCENT, before=10)))
        flow.append(Spacer(1, 2 * mm))
        rows = [
            [
                Paragraph(_safe(language.told(name)), _style(10, _MUTED)),
                Paragraph(_safe(value), _style(10, _INK)),
            ]
            for name, value in section.rows
        ]
        if rows:
            flow.append(
                Table(rows, colWidths=[48 * mm, None], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
            )
    paper.build(flow)
    return page.getvalue()


def _style(size: int, ink: HexColor, *, before: int = 0, after: int = 0) -> ParagraphStyle:
    return ParagraphStyle(
        name=f"{size}-{ink}",
        fontName=_FONT,
        fontSize=size,
        leading=size * 1.5,
        textColor=ink,
        spaceBefore=before,
        spaceAfter=after,
        alignment=TA_LEFT,
        wordWrap="CJK" if language.current() == "zh" else None,
    )


def _safe(text: str) -> str:
    return escape(text).replace("\n", "<br/>")
