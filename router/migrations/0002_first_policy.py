"""Version 1 of the routing policy: the defaults, active."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("router", "0001_policy_and_decisions")]

    operations = [run_sql("first_policy_v1")]
