"""The one exception by which a room says no."""


class Refused(Exception):
    """拒絕 A person's wish that a rule forbids: never a fault of the program.

    `key` names the reason ("consent.already_given"); its words in both languages stand in
    `ui/words/<room>.toml` and are filled with `details`. Details reach the page, so they hold
    nothing that the person may not see.
    """

    def __init__(self, key: str, **details: object) -> None:
        room, _, reason = key.partition(".")
        if not room or not reason:
            raise ValueError(f'a refusal is named "room.reason", not {key!r}')
        super().__init__(key)
        self.key = key
        self.details = details

    def __str__(self) -> str:
        return self.key
