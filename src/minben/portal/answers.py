"""What people type, read with care: a mistake is named beside its field, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minben.base.refusal import Refused
from minben.base.text import Text
from minben.ledger.types import BankAccount
from minben.ui.wording import words_of

_BANK = Text(
    "銀行代碼是三位數字，例如郵局 700。", "A bank code has three digits, 700 for the post."
)
_ACCOUNT = Text(
    "帳號只能是數字，最多 16 碼，不含橫線。", "An account number is digits only, at most 16."
)
_EMPTY = Text("請寫幾個字，一句話也可以。", "Please write something; one sentence is enough.")
_LONG = Text(
    "最多 {limit} 字，請縮短或分開送出。", "At most {limit} characters: shorten or split it."
)


@dataclass
class Answers:
    """填答 What was typed, and what is wrong with it, field by field."""

    typed: dict[str, str]
    mistakes: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Answers:
        """The posted fields, without the form's own."""
        return cls({k: str(v) for k, v in request.POST.items() if k != "csrfmiddlewaretoken"})

    def account(self) -> BankAccount | None:
        """The account given; None for "the registered one" or after a mistake."""
        if self.typed.get("pay_to") == "registered":
            return None
        bank = self.typed.get("bank_code", "").strip()
        number = self.typed.get("account", "").replace("-", "").replace(" ", "")
        if not (bank.isascii() and bank.isdigit() and len(bank) == 3):
            self.mistakes["bank_code"] = _BANK
        if not (number.isascii() and number.isdigit() and len(number) <= 16):
            self.mistakes["account"] = _ACCOUNT
        return None if self.mistakes else BankAccount(bank, number)

    def words(self, name: str, *, limit: int = 2000) -> str:
        """A text in the person's own words."""
        said = self.typed.get(name, "").strip()
        if not said:
            self.mistakes[name] = _EMPTY
        elif len(said) > limit:
            self.mistakes[name] = _LONG.filled(limit=limit)
        return said


def again(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    answers: Answers,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The same form with everything typed still in it, and why it did not go through."""
    words = words_of(refusal) if refusal else None
    status = words.status if words else 422
    filled = {**context, "typed": answers.typed, "mistakes": answers.mistakes, "refusal": words}
    return render(request, template, filled, status=status)
