from django.db import migrations, models

KINDS = [
    ("open", "Open an incident"),
    ("file", "File reports"),
    ("fetch", "Fetch an event from MISP"),
    ("tell", "Tell MISP what was seen"),
    ("assess", "Assess"),
    ("attribute", "Work out technical resemblance"),
]


class Migration(migrations.Migration):
    dependencies = [("node", "0005_deputies_guests_and_clocks")]

    operations = [
        migrations.AlterField("job", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddField("job", "event", models.UUIDField(null=True)),
        migrations.AddField("job", "document", models.CharField(blank=True, max_length=36)),
    ]
