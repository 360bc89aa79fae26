"""Spark gets the text that DuckDB gets, but for two words."""

from minben.law.sql_engines import for_spark


def test_only_whole_division_and_days_are_written_otherwise() -> None:
    text = "SELECT 'a // b', (x // 2), date_diff('day', a, b) FROM t"
    assert for_spark(text) == "SELECT 'a // b', (x DIV 2), date_diff(DAY, a, b) FROM t"
