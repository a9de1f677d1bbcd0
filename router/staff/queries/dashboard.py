"""Dashboard figures, each from rows that an index finds, up to a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from leads.models import Lead, Partner
from performance.models import RefreshRun
from router.models import LeadAssignmentLog

MOST_LEADS = 100_000
"""Maximum leads of the figures for two weeks: the newest. Earlier ones are not counted."""

MOST_WAITING = 10_000
"""Waiting leads are counted up to this number."""

MOST_EXPLAINED = 1_000
"""Number of newest waiting leads whose last decision is read."""

TOP_PARTNERS = 20
"""Number of partners shown individually."""

LATEST_RUNS = 48
"""Number of refreshes shown."""

LATEST_DECISIONS = 20
"""Number of decisions shown."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period, excluding its end."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Flow:
    """Leads that came in during a period: their number, those with a partner by now, and those still waiting.

    `to_partner` and `to_contact`: median and 90th percentile of the time from creation to the assignment, and to the
    first contact; None without any such lead.
    """

    leads: int
    routed: int
    waiting: int
    to_partner: tuple[timedelta, timedelta] | None
    to_contact: tuple[timedelta, timedelta] | None


def counted_since(since: datetime, *, until: datetime) -> datetime:
    """Return the instant from which all leads are within `MOST_LEADS`: `since`, or later if there are too many."""
    recent = Lead.objects.filter(created_at__gte=since, created_at__lt=until).order_by("-created_at")
    first = recent.values_list("created_at", flat=True)[MOST_LEADS : MOST_LEADS + 1]
    # Leads at the same instant as the first one beyond the limit are left out with it.
    return next((at + timedelta(microseconds=1) for at in first), since)


_FLOW = """
    count(*) FILTER (WHERE {within}),
    count(user_id) FILTER (WHERE {within}),
    count(*) FILTER (WHERE {within} AND user_id IS NULL AND status = 'new'),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY assigned_at - created_at)
        FILTER (WHERE {within} AND isfinite(assigned_at)),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY first_contact_at - created_at)
        FILTER (WHERE {within} AND isfinite(first_contact_at))
"""
_FLOW_COLUMNS = 5


def lead_flow(periods: Mapping[str, Period]) -> dict[str, Flow]:
    """Return the flow of leads in each period, with one pass over them all."""
    values = {"first": min(period.since for period in periods.values())}
    values["last"] = max(period.until for period in periods.values())
    columns = []
    for place, period in enumerate(periods.values()):
        values |= {f"since_{place}": period.since, f"until_{place}": period.until}
        columns.append(_FLOW.format(within=f"created_at >= %(since_{place})s AND created_at < %(until_{place})s"))
    statement = f"""
        SELECT {", ".join(columns)} FROM leads WHERE created_at >= %(first)s AND created_at < %(last)s
    """  # noqa: S608  # only our own words are put in
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    flows = {}
    for place, name in enumerate(periods):
        leads, routed, waiting, *times = row[place * _FLOW_COLUMNS : (place + 1) * _FLOW_COLUMNS]
        to_partner, to_contact = (None if time is None else (time[0], time[1]) for time in times)
        flows[name] = Flow(leads, routed, waiting, to_partner, to_contact)
    return flows


_DAYS = """
SELECT width_bucket(created_at, %(starts)s::timestamptz[]) - 1, count(*), count(user_id)
FROM leads WHERE created_at >= %(first)s AND created_at < %(last)s
GROUP BY 1
"""


def leads_by_day(starts: Sequence[datetime], *, since: datetime, until: datetime) -> list[tuple[int, int]]:
    """Return for each day, given by its start, the leads that came in and those with a partner by now.

    Leads from before `since`, which lies within the days, are not counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"starts": list(starts), "first": since, "last": until})
        counted = {place: (leads, routed) for place, leads, routed in cursor.fetchall()}
    return [counted.get(place, (0, 0)) for place in range(len(starts))]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Leads waiting for a partner, counted up to `MOST_WAITING`, and the time since which the oldest waits."""

    count: int
    oldest: datetime | None

    @property
    def is_capped(self) -> bool:
        """True if there may be more than were counted."""
        return self.count >= MOST_WAITING


_WAITING = """
SELECT count(*), min(created_at)
FROM (
    SELECT created_at FROM leads WHERE user_id IS NULL AND status = 'new' ORDER BY created_at, id LIMIT %(most)s
) AS waiting
"""


def waiting_leads() -> Waiting:
    """Return the number of waiting leads and the wait of the oldest."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"most": MOST_WAITING})
        count, oldest = cursor.fetchone()
    return Waiting(count, oldest)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason why leads wait: the number of leads with an exclusion code, and the share of partners excluded by it."""

    code: str
    leads: int
    share: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons why the newest waiting leads wait: `explained` of them; `undecided` were not routed yet.

    `reasons`: sorted by the share of partners excluded.
    """

    explained: int
    undecided: int
    reasons: tuple[Reason, ...]


_REASONS = """
WITH waiting AS MATERIALIZED (
    SELECT id FROM leads WHERE user_id IS NULL AND status = 'new' ORDER BY created_at DESC, id DESC LIMIT %(most)s
), decided AS MATERIALIZED (
    SELECT decision.outcome = 'no_candidate' AS is_decided, decision.considered_count, decision.exclusions
    FROM waiting
    LEFT JOIN LATERAL (
        SELECT log.outcome, log.considered_count, log.exclusions FROM lead_assignment_logs AS log
        WHERE log.lead_id = waiting.id ORDER BY log.id DESC LIMIT 1
    ) AS decision ON true
)
SELECT NULL, count(*), count(*) FILTER (WHERE is_decided), sum(considered_count) FILTER (WHERE is_decided)
FROM decided
UNION ALL
SELECT reason.key, count(*), 0, sum(CASE WHEN jsonb_typeof(reason.value) = 'number' THEN reason.value::numeric END)
FROM decided
CROSS JOIN LATERAL jsonb_each(CASE WHEN jsonb_typeof(exclusions) = 'object' THEN exclusions END) AS reason
WHERE is_decided
GROUP BY reason.key
"""


def waiting_reasons() -> Reasons:
    """Return the exclusions of all partners in the last decisions on the newest waiting leads."""
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"most": MOST_EXPLAINED})
        rows = cursor.fetchall()
    explained, decided, considered = next(row[1:] for row in rows if row[0] is None)
    reasons = [
        Reason(code, leads, float(partners or 0) / float(considered) if considered else 0.0)
        for code, leads, _, partners in rows
        if code is not None
    ]
    reasons.sort(key=lambda reason: (-reason.share, reason.code))
    return Reasons(explained, explained - decided, tuple(reasons))


def latest_refreshes() -> list[RefreshRun]:
    """Return the latest refreshes of the statistics, newest first."""
    return list(RefreshRun.objects.order_by("-id")[:LATEST_RUNS])


@dataclass(frozen=True, slots=True)
class Capacity:
    """Distribution of open leads over partners: the busiest ones, and sums over all of them.

    `active`: partners that accept leads; `full`: those of them at their cap; `all_open`: open leads; `capped`: partners
    with a cap; `open_capped`, `cap`: their open leads, and their caps.
    """

    busiest: list[Partner]
    partners: int
    active: int
    full: int
    all_open: int
    capped: int
    open_capped: int
    cap: int


def capacity() -> Capacity:
    """Return the distribution of open leads over partners."""
    is_active, is_capped = Q(is_active_for_routing=True), Q(max_open_leads__isnull=False)
    sums = Partner.objects.aggregate(
        partners=Count("pk"),
        active=Count("pk", filter=is_active),
        full=Count("pk", filter=is_active & Q(open_leads__gte=F("max_open_leads"))),
        all_open=Sum("open_leads", default=0),
        capped=Count("pk", filter=is_capped),
        open_capped=Sum("open_leads", filter=is_capped, default=0),
        cap=Sum("max_open_leads", filter=is_capped, default=0),
    )
    busiest = Partner.objects.order_by("-open_leads", "pk").only(
        "company_name", "open_leads", "max_open_leads", "is_active_for_routing"
    )
    return Capacity(busiest=list(busiest[:TOP_PARTNERS]), **sums)


def decisions_since(since: datetime) -> QuerySet[LeadAssignmentLog]:
    """Return the latest decisions, newest first, without the inputs for a replay."""
    logs = LeadAssignmentLog.objects.filter(decided_at__gte=since).select_related("partner")
    return logs.only(
        "lead_id",
        "outcome",
        "decided_at",
        "trigger",
        "total_score",
        "candidate_count",
        "considered_count",
        "exclusions",
        "partner__company_name",
    ).order_by("-decided_at", "-id")[:LATEST_DECISIONS]
