"""Proxies of the tables with personal data, for their triggers."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema"), ("feedback", "0001_schema"), ("support", "0001_schema")]

    operations = [
        migrations.CreateModel(name, fields=[], options={"proxy": True, "default_permissions": ()}, bases=(base,))
        for name, base in (
            ("AnonymisedLead", "leads.lead"),
            ("BlankedActivity", "leads.leadactivity"),
            ("BlankedRepeat", "leads.leadrepeat"),
            ("BlankedFeedback", "feedback.leadfeedback"),
            ("BlankedTicket", "support.supportticket"),
        )
    ]
