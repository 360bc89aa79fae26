"""The tree and the map leave the tables for files; the outbox gives its own numbers."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

from minben.protocol import entry, merkle
from minben.trail.log_files import LogFiles, writing
from minben.trail.map_file import MapFile, MapRoot

SQLITE = """
CREATE TRIGGER trail_waiting_number AFTER INSERT ON trail_waiting BEGIN
    INSERT INTO trail_lane (name, given, sequenced) VALUES ('platform', 1, 0)
        ON CONFLICT (name) DO UPDATE SET given = given + 1;
    UPDATE trail_waiting SET n = (SELECT given FROM trail_lane WHERE name = 'platform')
        WHERE id = NEW.id;
END
"""
POSTGRESQL = """
CREATE FUNCTION trail_waiting_number() RETURNS trigger AS $$
DECLARE number bigint;
BEGIN
    INSERT INTO trail_lane (name, given, sequenced) VALUES ('platform', 1, 0)
        ON CONFLICT (name) DO UPDATE SET given = trail_lane.given + 1
        RETURNING given INTO number;
    UPDATE trail_waiting SET n = number WHERE id = NEW.id;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER trail_waiting_number AFTER INSERT ON trail_waiting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trail_waiting_number();
"""


def number_the_outbox(apps, editor):
    """Rows that wait already get the numbers after those of the leaves, in their order."""
    state = apps.get_model("trail", "Sequencer").objects.filter(id=1).first()
    given = sequenced = state.entries if state else 0
    for row in apps.get_model("trail", "Waiting").objects.order_by("id"):
        given += 1
        row.n = given
        row.save(update_fields=["n"])
    if given:
        lane = apps.get_model("trail", "Lane")
        lane.objects.create(name=entry.LANE, given=given, sequenced=sequenced)
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


def move_the_tree(apps, editor):
    """Write the files from the rows: the same leaves, the same roots, under the same notes."""
    leaves = apps.get_model("trail", "Leaf").objects.order_by("index")
    state = apps.get_model("trail", "Sequencer").objects.filter(id=1).first()
    if state is None or not state.size:
        return
    folder = Path(settings.TRAIL_FOLDER)
    with writing(folder):
        files = LogFiles(folder, 0)
        rows = [row.data.encode() for row in leaves.iterator()]
        files.append(rows, [merkle.leaf_hash(row) for row in rows])
        persons = MapFile(folder / "map", writing=True)
        chains = apps.get_model("trail", "PersonChain").objects.all()
        root = persons.update(
            MapRoot(),
            {
                entry.map_key(chain.subject): entry.map_value(
                    bytes(chain.key), chain.count, bytes(chain.last)
                )
                for chain in chains
            },
        )
        persons.flush()
        persons.close()
        files.close()
    state.map_node, state.map_root, state.persons = root.node, root.hash, root.keys
    state.save()
    heads = apps.get_model("trail", "Checkpoint").objects
    heads.filter(size=state.size).update(map_node=root.node)
    leaves.filter(data__startswith='{"at":').delete()  # the map's own leaves need no row


def stop_counting(apps, editor):
    editor.execute("DROP TRIGGER trail_waiting_number")


class Migration(migrations.Migration):

    dependencies = [
        ("trail", "0001_a_lane_a_tree_and_what_may_be_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("given", models.BigIntegerField(default=0)),
                ("sequenced", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("cosigned_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("size", "name"), name="one_line_per_witness")],
            },
        ),
        migrations.AddField("waiting", "n", models.BigIntegerField(editable=False, null=True, unique=True)),
        migrations.AddField("sequencer", "map_node", models.BigIntegerField(default=0)),
        migrations.AddField("sequencer", "epoch", models.BigIntegerField(default=0)),
        migrations.AddField("checkpoint", "map_node", models.BigIntegerField(default=0)),
        migrations.RunPython(move_the_tree, migrations.RunPython.noop),
        migrations.RemoveField("leaf", "data"),
        migrations.RemoveField("leaf", "hash"),
        migrations.DeleteModel("TreeNode"),
        migrations.DeleteModel("MapNode"),
        migrations.RunPython(number_the_outbox, stop_counting),
        migrations.RemoveField("sequencer", "entries"),
    ]
