"""An entry in a file lane is what the trail records, byte for byte."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minben.protocol.canonical import canonical_json
from minben.protocol.entry import commitment
from minben.protocol.intake import NotAnEntry, entry_id, entry_record, read_record

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PERSON = UUID("11111111-2222-4333-8444-555555555555")
DETAIL = st.one_of(
    st.text(), st.integers(-(2**52), 2**52), st.booleans(), st.none(), st.floats(-9, 9)
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=8), DETAIL, max_size=4))
def test_the_quick_way_writes_canonical_json(details: dict[str, object]) -> None:
    made = entry_record(
        verb="a.b", subject=PERSON, actor="agency:tax", basis="b", details=details, at=NOW
    )
    assert made.text.encode() == canonical_json(made.payload)
    read = read_record(made.record)
    assert read == made
    assert read.commitment == commitment(read.payload, read.salt)


@pytest.mark.parametrize(
    "record", [b"", b"x" * 32, b"x" * 32 + b"{}", b"x" * 32 + b"[1]", b"x" * 32 + b"[" * 10**5]
)
def test_a_record_that_is_no_entry_is_named(record: bytes) -> None:
    with pytest.raises(NotAnEntry):
        read_record(record)


def test_ids_sort_by_time_and_are_version_7() -> None:
    first, second = entry_id(), entry_id()
    assert first.version == second.version == 7
    assert first != second
