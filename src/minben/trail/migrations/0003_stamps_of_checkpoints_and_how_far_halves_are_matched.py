"""Time stamps over checkpoints; up to when halves of transfers were matched."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trail", "0002_the_tree_moves_into_files_and_the_outbox_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("token", models.BinaryField()),
                ("stamped_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("matched_until", models.DateTimeField()),
            ],
        ),
    ]
