"""軌跡 What the log remembers.

Three kinds of memory, kept apart on purpose. The lane (`Waiting`, or a file of the gateway's) is
durable intake. The tree stands in files that only grow (`trail.log_files`, `trail.map_file`) and
holds only commitments; `Sequencer` says how much of them is committed. What an entry says
(`Disclosure`), where it stands (`Leaf`) and which person a chain belongs to (`PersonChain`) are
erasable tables: destroying them leaves every proof standing.
Only `trail.sequencer` writes the tree; never write it from elsewhere.
"""

from django.db import models


class Lane(models.Model):
    """通道 One lane of intake: how many numbers were given there, and how many have their leaf.

    For the outbox the database itself gives the number, in the last step of the deed's
    transaction (a trigger, see the migrations): a row deleted before it was sequenced leaves a
    gap that every leaf after it shows.

    personal data: none.
    """

    name = models.CharField(max_length=64, primary_key=True)
    given = models.BigIntegerField(default=0)
    sequenced = models.BigIntegerField(default=0)


class Waiting(models.Model):
    """待編號項目 The outbox lane: an entry that is durable and waits for its place in the tree.

    personal data: `subject` (the person's uuid) for the seconds until the sequencer takes it.
    """

    id = models.BigAutoField(primary_key=True)
    n = models.BigIntegerField(null=True, unique=True, editable=False)  # given by the database
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
    """葉 Where an entry's leaf stands in the tree (`index`, from 0) and in its person's chain.

    personal data: `subject` links a person's leaves; retired by `trail.actions.forget`, which
    clears it. The leaf's bytes stand in the log's files: salted commitments only.
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(null=True, unique=True)
    subject = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="one_leaf_per_number")
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


class Checkpoint(models.Model):
    """檢查點 The signed head of the tree after one batch, and the version of the map under it.

    personal data: none.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    map_node = models.BigIntegerField(default=0)
    map_root = models.BinaryField(max_length=32)
    persons = models.BigIntegerField()
    made_at = models.DateTimeField()
    note = models.TextField()


class Sequencer(models.Model):
    """編號者 The one row behind which the log is committed, and who holds the lease.

    `size` and `map_node` say how much of the log's files counts; `epoch` changes when somebody
    is forgotten, so that a batch begun before cannot bring them back.

    personal data: none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    maps = models.BigIntegerField(default=0)
    map_node = models.BigIntegerField(default=0)
    map_root = models.BinaryField(max_length=32, default=bytes(32))
    persons = models.BigIntegerField(default=0)
    epoch = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=80, blank=True, default="")
    held_until = models.DateTimeField(null=True)


class Cosignature(models.Model):
    """連署 A witness's line under a checkpoint: `name` as in the trust policy.

    personal data: none.
    """

    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    line = models.TextField()
    cosigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["size", "name"], name="one_line_per_witness")
        ]


class Stamp(models.Model):
    """時戳 A time-stamp authority's token (RFC 3161, DER) over a checkpoint's signed text.

    personal data: none.
    """

    size = models.BigIntegerField(primary_key=True)
    token = models.BinaryField()
    stamped_at = models.DateTimeField()


class Watch(models.Model):
    """核對進度 Up to when released and received halves of transfers were matched.

    personal data: none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    matched_until = models.DateTimeField()


class Tally(models.Model):
    """公開計數 How many entries of a verb were recorded on a day, for the public page.

    personal data: none; it survives erasure and counts sealed entries too.
    """

    verb = models.CharField(max_length=80)
    on = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["verb", "on"], name="one_tally_per_day")]
