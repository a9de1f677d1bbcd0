"""What an activity can be, and room for details."""

from django.db import migrations, models

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0004_first_contact_backfill"),
    ]

    operations = [
        migrations.AddField(
            model_name="leadactivity",
            name="metadata",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="metadata"),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="type",
            field=models.TextField(
                choices=[
                    ("phone_call", "phone call"),
                    ("email_sent", "e-mail sent"),
                    ("whatsapp", "WhatsApp"),
                    ("meeting", "meeting"),
                    ("status_change_contacted", "marked as contacted"),
                    ("note", "note"),
                    ("created", "created"),
                    ("status_change", "status change"),
                    ("assigned", "assigned"),
                ],
                verbose_name="type",
            ),
        ),
        run_sql("activity_types_v1"),
    ]
