"""軌跡 What the log remembers.

Three kinds of table, kept apart on purpose. The lane (`Waiting`) is written in the action's own
transaction. The tree (`Leaf`, `TreeNode`, `MapNode`, `Checkpoint`) holds only commitments and is
never changed. What an entry says (`Disclosure`) and which person a chain belongs to
(`PersonChain`) stand in erasable tables: destroying them leaves every proof standing.
Only `trail.sequencer` writes the tree; never write it from elsewhere.
"""

from django.db import models


class Waiting(models.Model):
    """待編號項目 The outbox lane: an entry that is durable and waits for its place in the tree.

    personal data: `subject` (the person's uuid) for the seconds until the sequencer takes it.
    """

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True)
    subject = models.UUIDField(null=True)
    commitment = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()
    verb = models.CharField(max_length=80)


class Disclosure(models.Model):
    """項目內容 What an entry says, and the salt of its commitment.

    personal data: all of it; retired by `trail.actions.erase`, which destroys text and salt; ten
    years after a person's last entry all of theirs go.
    """

    uuid = models.UUIDField(primary_key=True)
    salt = models.BinaryField(max_length=32)
    payload = models.TextField()  # canonical JSON: the very bytes that were committed to
    subject = models.UUIDField(null=True, db_index=True)
    verb = models.CharField(max_length=80, db_index=True)
    actor = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_index=True)
    sealed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "recorded_at"])]


class Leaf(models.Model):
    """葉 One leaf of the tree: its exact bytes and their hash. `index` counts from 0.

    personal data: `subject` links a person's leaves; retired by `trail.actions.forget`, which
    clears it. The bytes hold salted commitments only.
    """

    index = models.BigIntegerField(primary_key=True)
    data = models.TextField()
    hash = models.BinaryField(max_length=32)
    entry = models.UUIDField(null=True, unique=True)
    subject = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="one_leaf_per_number")
        ]


class TreeNode(models.Model):
    """樹節點 The hash of a complete subtree of 2^level leaves; level 0 is in `Leaf`.

    personal data: none.
    """

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="one_hash_per_subtree")
        ]


class PersonChain(models.Model):
    """個人鏈 Where a person's own row of entries stands: how many, and the hash of the last.

    personal data: `subject`; `key` ties the chain to the person and is destroyed by
    `trail.actions.forget`.
    """

    subject = models.UUIDField(primary_key=True)
    key = models.BinaryField(max_length=32)
    count = models.BigIntegerField()
    last = models.BinaryField(max_length=32)


class MapNode(models.Model):
    """對照樹節點 One node of the sparse Merkle map, by its hash; only the newest map is kept.

    personal data: none.
    """

    hash = models.BinaryField(max_length=32, primary_key=True)
    node = models.BinaryField()


class Checkpoint(models.Model):
    """檢查點 The signed head of the tree after one batch of the sequencer.

    personal data: none.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    map_root = models.BinaryField(max_length=32)
    persons = models.BigIntegerField()
    made_at = models.DateTimeField()
    note = models.TextField()


class Sequencer(models.Model):
    """編號者 The one row that the sequencer locks: numbers given out, and who holds the lease.

    personal data: none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    maps = models.BigIntegerField(default=0)
    map_root = models.BinaryField(max_length=32, default=bytes(32))
    persons = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=80, blank=True, default="")
    held_until = models.DateTimeField(null=True)


class Tally(models.Model):
    """公開計數 How many entries of a verb were recorded on a day, for the public page.

    personal data: none; it survives erasure and counts sealed entries too.
    """

    verb = models.CharField(max_length=80)
    on = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["verb", "on"], name="one_tally_per_day")]
