"""The code of docs/guide/write-a-pack.md, run as a reader would."""

import re
from pathlib import Path

from minben.base.month import Month
from minben.facts.situation import Situation
from minben.packs import new
from minben.packs.check import check
from minben.packs.load import read

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "write-a-pack.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_guides_pack_works(tmp_path):
    folder = new.write("birth_grant", into=tmp_path)
    numbers, examples = blocks("yaml")
    (law,) = blocks("python")
    (folder / "parameters" / "support.yaml").unlink()
    (folder / "parameters" / "grant.yaml").write_text(numbers, "utf-8")
    (folder / "law.py").write_text(law, "utf-8")
    (folder / "examples.yaml").write_text(examples, "utf-8")
    words = (folder / "texts.yaml").read_text("utf-8")
    reasons = words[words.index("reasons:") : words.index("review:")]
    texts = "reasons:\n" + "".join(
        f"  {key}: {{zh: 理由, en: reason}}\n"
        for key in ("not_this_month", "not_a_national", "born")
    )
    (folder / "texts.yaml").write_text(words.replace(reasons, texts), "utf-8")
    pack = read(folder)
    family = {"subject": "c", "persons": {"c": {"birth_date": "2023-05-05", "is_national": True}}}
    situation = Situation.from_json(family)
    decision = pack.decide(situation, subject="c", month=Month(2023, 5))
    assert (decision.status, decision.amount) == ("due", 20000)
    left = check(folder)
    assert any("the law reads is_national" in finding.mistake for finding in left)
    assert {f.kind for f in left} == {"to do", "asks", "cell", "path"}
