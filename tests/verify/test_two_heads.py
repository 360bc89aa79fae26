"""An auditor's file that itself holds a split view."""

from minben.protocol import checkpoint, entry, merkle
from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import NoteKey
from minben.verify import whole_log
from minben.verify.check import Finding

ORIGIN = "log.example/trail"


def test_two_signed_heads_of_one_size_are_a_split_view_in_whichever_order_they_stand() -> None:
    key = SigningKey.generate()
    leaf = entry.MapLeaf(1, bytes(32), 0, "2026-11-22T10:00:00Z").data
    notes = [
        checkpoint.sign(checkpoint.Head(ORIGIN, 1, root), key)
        for root in (merkle.leaf_hash(leaf.encode()), bytes(32))
    ]
    public = NoteKey(ORIGIN, key.public)
    assert whole_log.check(whole_log.WholeLog("", (leaf,), (notes[0],) * 2), public).is_sound
    for told in (notes, notes[::-1]):
        report = whole_log.check(whole_log.WholeLog("", (leaf,), tuple(told)), public)
        assert Finding("split_view", 1) in report.findings
