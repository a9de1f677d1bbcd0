"""When a lead's partner first reached the person who asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0002_database_defaults"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="first_contact_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first contact at"),
        ),
    ]
