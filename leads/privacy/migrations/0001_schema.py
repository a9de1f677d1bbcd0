"""Proxies of the tables with personal data, for their triggers."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema"), ("feedback", "0001_schema"), ("support", "0001_schema")]

    operations = [
        migrations.CreateModel(
            name="AnonymisedLead",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("leads.lead",),
        ),
        migrations.CreateModel(
            name="BlankedActivity",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("leads.leadactivity",),
        ),
        migrations.CreateModel(
            name="BlankedRepeat",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("leads.leadrepeat",),
        ),
        migrations.CreateModel(
            name="BlankedFeedback",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("feedback.leadfeedback",),
        ),
        migrations.CreateModel(
            name="BlankedTicket",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("support.supportticket",),
        ),
    ]
