"""A lead in the logs of web and worker."""

import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from knox.models import AuthToken
from redis import Redis

from leads.models import Lead
from router.models import BackgroundTask, LeadAssignmentLog
from tests.factories.marketplace import make_industry, make_partner, make_staff
from tests.process.servers import lines, wait_for, web_server, worker

PERSON = {"contact_name": "Ans de Boer", "contact_email": "ans@example.org", "contact_phone": "+31301234567"}


@pytest.mark.django_db(transaction=True)
def test_a_lead_is_followed_from_the_request_to_its_partner(redis_url: str, tmp_path: Path) -> None:
    partner = make_partner(max_open_leads=None, regions=["Utrecht"])
    staff: User = make_staff("leads.add_lead")
    _, token = AuthToken.objects.create(staff)
    # Messages of earlier tests, about leads that are gone.
    Redis.from_url(redis_url).flushall()
    web_log, worker_log = tmp_path / "web", tmp_path / "worker"
    make_industry(name="Roofs")
    place = {"industry": "Roofs", "province": "Utrecht", "postcode": "3511 AB"}
    body = json.dumps({**place, **PERSON, "message": "Call me at 0301234567."})
    with web_server("--workers", "1", log=web_log) as address, worker(log=worker_log):
        request = Request(
            f"{address}api/leads/",
            data=body.encode(),
            headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as response:
            lead_id, request_id = json.load(response)["id"], response.headers["X-Request-ID"]
        with pytest.raises(HTTPError, match="403"):
            urlopen(Request(f"{address}api/leads/?contact_email=ans@example.org", headers=request.headers), timeout=60)
        wait_for(lambda: '"task_succeeded"' in worker_log.read_text(), log=worker_log)
        # It fails, and what it was given is no more to be seen than what a lead holds.
        current_app.send_task(settings.ROUTE_LEAD_TASK, args=[PERSON["contact_email"]])
        wait_for(lambda: '"task_failed"' in worker_log.read_text(), log=worker_log)

    web, work = lines(web_log), lines(worker_log)
    (received,) = [line for line in web if line.get("request") == "POST /api/leads/"]
    assert (received["lead_id"], received["request_id"]) == (lead_id, request_id)
    assert (received["code"], received["user_id"]) == (201, staff.pk)
    (decided,) = [line for line in work if line["event"] == "lead_decided"]
    routed = [line for line in work if line.get("lead_id") == lead_id]
    (ended,) = [line for line in routed if line["event"] == "task_succeeded"]
    decision = LeadAssignmentLog.objects.get()
    for line in (decided, ended):
        assert (line["lead_id"], line["request_id"]) == (lead_id, request_id)
        assert line["task"] == "router.tasks.assign_lead"
        assert line["task_id"] == decided["task_id"]
    assert (decided["partner_id"], decided["decision_id"]) == (str(partner.pk), decision.pk)
    assert decided["outcome"] == "assigned"
    assert ended["duration_ms"] >= 0
    assert str(Lead.objects.get().pk) == lead_id
    (failed,) = [line for line in work if line["level"] == "error"]
    assert (failed["event"], failed["task"]) == ("task_failed", "router.tasks.assign_lead")
    assert "ValueError" in failed["exception"]
    assert "request_id" not in failed
    assert BackgroundTask.objects.get().failures == 1
    everything = web_log.read_text() + worker_log.read_text()
    written = {*PERSON.values(), "0301234567", "Ans", "Boer", "example.org", str(token), staff.username, staff.email}
    assert [text for text in written if text and text in everything] == []
