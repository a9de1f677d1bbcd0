"""The first policy."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("router", "0001_schema")]

    operations = [run_sql("first_policy")]
