"""What PostgreSQL writes to its own log when it refuses a row."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests import plugin
from tests.factories.marketplace import make_lead
from tests.factories.raw import execute

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not plugin.OWN_POSTGRES, reason="the log of another server is not ours to read"),
]


def test_the_server_logs_what_is_wrong_and_not_with_whom() -> None:
    lead, mark = make_lead(), uuid4().hex

    with pytest.raises(IntegrityError, match=r"ans@example\.org"), transaction.atomic():
        execute(
            f"UPDATE leads SET contact_email = 'ans@example.org', deal_value = -1 WHERE id = %s /* {mark} */", [lead.pk]
        )

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        log = (Path(cursor.fetchone()[0]).parent / "log").read_text()
    assert 'violates check constraint "leads_' in log
    assert "example.org" not in log
    assert mark not in log
