from typing import Any

from django.db import migrations, models


def apply_anew(apps: Any, _schema_editor: Any) -> None:
    """Incidents that were assessed before have clocks too: start again at the first entry."""
    apps.get_model("node", "Cursor").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("node", "0004_clearances_marks_quarantine")]

    operations = [
        migrations.CreateModel(
            name="Affiliation",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("account", models.TextField(db_index=True)),
                ("organisation", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField("roleentry", "deputy_of", models.TextField(blank=True)),
        migrations.AddField("roleentry", "until", models.BigIntegerField(null=True)),
        migrations.AddField("incident", "next_due", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "incident", models.Index(fields=["next_due"], name="node_incide_next_du_d0f66f_idx")
        ),
        migrations.RunPython(apply_anew, migrations.RunPython.noop),
    ]
