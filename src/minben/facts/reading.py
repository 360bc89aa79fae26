"""Reading and writing what is known of one fact in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minben.base.text import Text
from minben.law.domain import Value
from minben.law.vocabulary import Answers, FactType, Knowledge, Nobody, Spell


class SituationError(ValueError):
    """情境有誤 A situation that cannot be read: which field, what is wrong, how to mend it."""

    def __init__(self, field: str, mistake: Text, mend: Text) -> None:
        super().__init__(f"{field}: {mistake.en}; {mend.en}")
        self.field, self.mistake, self.mend = field, mistake, mend

    def to_json(self) -> dict[str, object]:
        """Field, mistake and mend in both languages."""
        return {
            "field": self.field,
            "mistake": self.mistake.to_json(),
            "mend": self.mend.to_json(),
        }


def read_knowledge(field: str, fact: FactType, value: object) -> Knowledge:
    """A plain value, a list of spells, or answered comparisons."""
    if isinstance(value, Mapping):
        return _answers(field, fact, value)
    if isinstance(value, list):
        if not fact.spell:
            raise _wrong(field, fact, value)
        return tuple(_spell(f"{field}[{i}]", fact, one) for i, one in enumerate(value))
    return read_value(field, fact, value)


def read_value(field: str, fact: FactType, value: object) -> Value:
    """One value of the fact's kind; SituationError when it is not."""
    if fact.kind == "bool" and isinstance(value, bool):
        return value
    if fact.kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        low, high = fact.low, fact.high
        if (low is None or low <= value) and (high is None or value <= high):
            return value
    if fact.kind == "date" and isinstance(value, str):
        return _day(field, fact, value)
    if fact.kind == "person" and isinstance(value, str) and value:
        return value
    if fact.kind == "text" and isinstance(value, str) and value in (fact.values or (value,)):
        return value
    raise _wrong(field, fact, value)


def written_knowledge(key: str, known: Knowledge) -> object:
    """The JSON of what is known; ValueError names the fact when it cannot be written."""
    if isinstance(known, Nobody):
        return None
    if isinstance(known, tuple):
        return [
            {
                "value": written_value(s.value),
                "on": s.on.isoformat(),
                "until": None if s.until is None else s.until.isoformat(),
            }
            for s in known
        ]
    if isinstance(known, Answers):
        found: dict[str, object] = {}
        if known.at_least:
            found["at_least"] = {_key(k): v for k, v in known.at_least.items()}
        if known.equal:
            found["is"] = {_key(k): v for k, v in known.equal.items()}
        return found
    return written_value(known)


def written_value(value: Value) -> object:
    """A value in JSON: days as text, "never" as null."""
    if value == date.max:
        return None
    return value.isoformat() if isinstance(value, date) else value


def _spell(field: str, fact: FactType, one: object) -> Spell:
    if not isinstance(one, Mapping) or "on" not in one:
        raise SituationError(
            field,
            Text("期間須有起日", "a spell needs its first day"),
            Text(
                '例：{"value": …, "on": "2022-07-03", "until": null}',
                'write {"value": …, "on": "2022-07-03", "until": null}',
            ),
        )
    value = read_value(f"{field}.value", fact, one.get("value", True))
    on = _day(f"{field}.on", fact, one["on"])
    until = None if one.get("until") is None else _day(f"{field}.until", fact, one["until"])
    if until is not None and until < on:
        raise SituationError(
            f"{field}.until",
            Text("迄日早於起日", "the last day is before the first"),
            Text("請對調或更正", "swap or correct them"),
        )
    return Spell(value, on, until)


def _answers(field: str, fact: FactType, value: Mapping[object, object]) -> Answers:
    strange = set(value) - {"at_least", "is"}
    if strange or not value:
        raise _wrong(field, fact, dict(value))
    at_least: dict[int | date, bool] = {}
    equal: dict[Value, bool] = {}
    for op, asked in value.items():
        if not isinstance(asked, Mapping) or not all(isinstance(v, bool) for v in asked.values()):
            raise _wrong(field, fact, asked)
        for key, yes in asked.items():
            bound = _unkeyed(f"{field}.{op}.{key}", fact, str(key))
            if op == "is":
                equal[bound] = bool(yes)
            elif isinstance(bound, str | bool):
                raise _wrong(field, fact, asked)
            else:
                at_least[bound] = bool(yes)
    return Answers(at_least, equal)


def _unkeyed(field: str, fact: FactType, key: str) -> Value:
    if fact.kind == "int":
        try:
            return int(key)
        except ValueError:
            raise _wrong(field, fact, key) from None
    if fact.kind == "bool" and key in ("true", "false"):
        return key == "true"
    return read_value(field, fact, key)


def _key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(written_value(value))


def _day(field: str, fact: FactType, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SituationError(
            field,
            Text(f"{value!r} 不是日期", f"{value!r} is no date"),
            Text("請寫成 2022-07-03", "write it as 2022-07-03"),
        ) from None


def _wrong(field: str, fact: FactType, value: object) -> SituationError:
    allowed = {
        "bool": Text("true 或 false", "true or false"),
        "int": Text(
            f"整數，{fact.low} 至 {fact.high}", f"a whole number from {fact.low} to {fact.high}"
        ),
        "date": Text("日期，如 2022-07-03", "a date such as 2022-07-03"),
        "person": Text("人員代號或 null", "a person's key, or null"),
        "persons": Text(
            "不填；請將每名子女列為一人", "nothing here: list each child as a person of its own"
        ),
        "text": Text("、".join(fact.values or ("文字",)), ", ".join(fact.values or ("text",))),
    }[fact.kind]
    if fact.spell:
        allowed = Text(f"{allowed.zh}，或期間清單", f"{allowed.en}, or a list of spells")
    return SituationError(
        field,
        Text(f"{value!r} 不是 {fact.key} 的值", f"{value!r} is no value of {fact.key}"),
        Text(f"請填：{allowed.zh}", f"give {allowed.en}"),
    )
