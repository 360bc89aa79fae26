"""a decision is never changed: the database itself refuses to change a row."""

from typing import Any

from django.db import migrations

TABLE = "cases_casedecision"
WORDS = "a decision is never changed"


def forbid(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {TABLE}_stands() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{WORDS}'; END $$ LANGUAGE plpgsql"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_stands BEFORE UPDATE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stands()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_stands BEFORE UPDATE ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )


def allow(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {TABLE}_stands() CASCADE")
    else:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_stands")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases_decisions_and_what_people_say")]
    operations = [migrations.RunPython(forbid, allow)]
