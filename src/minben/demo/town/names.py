"""Names nobody bears: every one begins 示例 in 正體中文 and Demo in English."""

from __future__ import annotations

# characters that read well in a given name, with their pinyin
SYLLABLES = (
    ("安", "an"), ("禾", "he"), ("晴", "qing"), ("雨", "yu"), ("青", "qing"), ("竹", "zhu"),
    ("松", "song"), ("梅", "mei"), ("山", "shan"), ("海", "hai"), ("雲", "yun"), ("星", "xing"),
    ("月", "yue"), ("林", "lin"), ("溪", "xi"), ("光", "guang"), ("和", "he"), ("樂", "le"),
    ("明", "ming"), ("宜", "yi"), ("文", "wen"), ("心", "xin"), ("田", "tian"), ("風", "feng"),
    ("石", "shi"), ("荷", "he"), ("春", "chun"), ("秋", "qiu"), ("夏", "xia"), ("冬", "dong"),
    ("柏", "bai"), ("茶", "cha"),
)  # fmt: skip


def name(first: int, second: int) -> tuple[str, str]:
    """The name with these two syllables, in both languages."""
    (one, one_read), (two, two_read) = SYLLABLES[first], SYLLABLES[second]
    return f"示例{one}{two}", f"Demo {one_read.title()}-{two_read}"


def name_sql(first: str, second: str) -> tuple[str, str]:
    """SQL: the same; the two expressions are integers below the number of syllables."""
    signs = "".join(sign for sign, _ in SYLLABLES)
    read = "[" + ", ".join(f"'{spoken}'" for _, spoken in SYLLABLES) + "]"
    heard = "[" + ", ".join(f"'{spoken.title()}'" for _, spoken in SYLLABLES) + "]"
    return (
        f"'示例' || substr('{signs}', {first} + 1, 1) || substr('{signs}', {second} + 1, 1)",
        f"'Demo ' || ({heard})[{first} + 1] || '-' || ({read})[{second} + 1]",
    )
