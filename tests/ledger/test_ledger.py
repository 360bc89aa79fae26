"""Double entry: both sides in one row, nothing updated, every key once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minben.base.money import NTD
from minben.base.refusal import Refused
from minben.ledger import actions, queries
from minben.ledger.models import Posting
from minben.ledger.types import PostingKind

pytestmark = pytest.mark.django_db
DAY = date(2022, 9, 15)


def reserved(key: str = "a", amount: int = 5000, **more: date) -> Posting:
    return actions.reserve(
        key=key, debit="allowance", credit="treasury", amount=NTD(amount), on=DAY, **more
    )


def test_a_reservation_moves_nothing_until_it_is_posted() -> None:
    pending = reserved()
    assert queries.balance("allowance").debits == 0
    assert queries.balance("allowance").pending_debits == 5000
    actions.post(pending=pending, on=DAY)
    after = queries.balance("allowance")
    assert (after.debits, after.pending_debits, after.net) == (5000, 0, -5000)
    assert queries.balance("treasury").net == 5000


def test_a_voided_reservation_leaves_no_balance() -> None:
    actions.void(pending=reserved(), on=DAY)
    assert queries.balance("treasury").pending_credits == 0
    assert queries.balance("treasury").net == 0


def test_a_reservation_expires_after_its_last_day() -> None:
    reserved(expires_on=DAY)
    assert actions.expire(on=DAY) == 0
    assert actions.expire(on=date(2022, 9, 16)) == 1
    assert actions.expire(on=date(2022, 9, 17)) == 0
    assert queries.balance("allowance").pending_debits == 0


def test_the_same_key_is_the_same_reservation() -> None:
    assert reserved().pk == reserved().pk
    assert Posting.objects.count() == 1


def test_a_key_reused_for_another_amount_is_refused() -> None:
    reserved()
    with pytest.raises(Refused, match=r"ledger.key_reused"):
        reserved(amount=1)


def test_a_reservation_is_resolved_once() -> None:
    pending = reserved()
    first = actions.post(pending=pending, on=DAY)
    assert actions.post(pending=pending, on=DAY).pk == first.pk
    with pytest.raises(Refused, match=r"ledger.already_resolved"):
        actions.void(pending=pending, on=DAY)


def test_a_movement_cannot_be_posted_again() -> None:
    direct = actions.transfer(key="d", debit="x", credit="y", amount=NTD(1), on=DAY)
    with pytest.raises(Refused, match=r"ledger.not_a_reservation"):
        actions.post(pending=direct, on=DAY)


@pytest.mark.parametrize(
    ("amount", "credit", "reason"),
    [(0, "treasury", "nothing_to_move"), (-5, "treasury", "nothing_to_move"), (5, "a", "same")],
)
def test_what_is_no_movement_is_refused(amount: int, credit: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        actions.reserve(key="k", debit="a", credit=credit, amount=NTD(amount), on=DAY)


def test_a_posting_is_never_changed_or_deleted_even_around_the_model() -> None:
    pending = reserved()
    with pytest.raises(TypeError):
        pending.save()
    with pytest.raises(TypeError):
        pending.delete()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Posting.objects.filter(pk=pending.pk).update(amount=1)


steps = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "transfer", "post", "void"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["d", "e", "a2"]),
        st.integers(1, 10**9),
    ),
    max_size=12,
)


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_whatever_is_posted_all_accounts_sum_to_zero(
    walk: list[tuple[str, str, str, int]],
) -> None:
    with transaction.atomic():
        for number, (verb, debit, credit, amount) in enumerate(walk):
            if verb in ("reserve", "transfer"):
                act = actions.reserve if verb == "reserve" else actions.transfer
                act(key=str(number), debit=debit, credit=credit, amount=NTD(amount), on=DAY)
                continue
            pending = Posting.objects.filter(kind=PostingKind.PENDING, resolutions=None).first()
            if pending is not None:
                (actions.post if verb == "post" else actions.void)(pending=pending, on=DAY)
        assert queries.net_of_all_accounts() == 0
        nets = [queries.balance(a).net for a in ("a", "b", "c", "d", "e", "a2")]
        assert sum(nets) == 0
        transaction.set_rollback(True)
