"""Since when a partner is back from its last break, what it got since, and what it usually got before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0022_anonymised_leads"),
    ]

    operations = [
        migrations.AddField(
            model_name="partner",
            name="leads_since_return",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="leads since then"),
        ),
        migrations.AddField(
            model_name="partner",
            name="returned_at",
            field=models.DateTimeField(
                editable=False,
                help_text="The first lead after the last break of two weeks or more, or the first of all.",
                null=True,
                verbose_name="back since",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="usual_daily_leads",
            field=models.FloatField(
                editable=False,
                help_text="What the partner got before its last break. It is held to that for two weeks after it.",
                null=True,
                verbose_name="usual leads a day",
            ),
        ),
    ]
