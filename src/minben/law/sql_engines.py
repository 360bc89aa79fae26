"""The one text of SQL, for engines other than DuckDB."""

from __future__ import annotations


def for_spark(sql: str) -> str:
    """The text as Spark writes it: whole-number division and the unit of a difference of days.

    Nothing else differs; what stands in quotes (values of the law) is left as it is.
    """
    pieces = sql.replace("date_diff('day', ", "date_diff(DAY, ").split("'")
    pieces[::2] = [piece.replace(" // ", " DIV ") for piece in pieces[::2]]
    return "'".join(pieces)
