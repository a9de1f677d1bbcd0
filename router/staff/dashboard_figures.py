"""Key figures of the dashboard, each with a link to its rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from performance.models import RefreshRun
from router.staff import words
from router.staff.charts import MINUS
from router.staff.queries import dashboard as market

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of a figure from the previous 7 days, in words; `direction` is "up", "down" or "same"."""

    text: str
    direction: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure: `url` links to its rows, `note_url` to those of the note; `kind` is "", "good", "warn" or "bad"."""

    label: str
    value: str
    url: str = ""
    note: str = ""
    note_url: str = ""
    change: Change | None = None
    kind: str = ""


def change(now: float, before: float) -> Change | None:
    """Return the change in percent; None if the earlier value is 0."""
    if not before:
        return None
    fraction = now / before - 1
    direction = "same" if abs(fraction) < 0.0005 else "up" if fraction > 0 else "down"
    sign = {"same": "", "up": "+", "down": MINUS}[direction]
    return Change(text=f"{sign}{words.percent(abs(fraction))}", direction=direction)


Times = tuple[timedelta, timedelta]
"""Median and 90th percentile."""


def time_figure(label: str, week: Times | None, before: Times | None, *, url: str) -> Figure:
    """Return a duration for the leads of the last 7 days; longer is worse."""
    if week is None:
        return Figure(label=label, value=words.NOTHING, note=gettext("no leads in 7 days"))
    median, most = (max(0.0, time.total_seconds() / 60) for time in week)
    moved = None if before is None else change(week[0].total_seconds(), before[0].total_seconds())
    if moved is not None:
        kind = {"up": "bad", "down": "good", "same": ""}[moved.direction]
        moved = Change(text=moved.text, direction=moved.direction, kind=kind)
    note = gettext("median of 7 days; nine in ten within %(time)s") % {"time": words.duration(most)}
    return Figure(label=label, value=words.duration(median), url=url, note=note, change=moved)


def refresh_figure(*, as_of: datetime | None, last: RefreshRun | None, now: datetime, url: str) -> Figure:
    """Return the age of the statistics; stale ones distort the routing."""
    label = gettext("Age of the statistics")
    if as_of is None:
        return Figure(label=label, value=gettext("none"), url=url, note=gettext("never computed"), kind="bad")
    age = max(0.0, (now - as_of).total_seconds())
    note = "" if last is None else gettext("the last refresh took %(time)s") % {"time": _seconds(last.duration_ms)}
    is_old = age > settings.STATS_MAX_AGE_SECONDS
    if is_old:
        most = gettext("older than %(most)s") % {"most": words.duration(settings.STATS_MAX_AGE_SECONDS / 60)}
        note = f"{most}; {note}" if note else most
    return Figure(label=label, value=words.duration(age / 60), url=url, note=note, kind="bad" if is_old else "good")


def _seconds(milliseconds: float) -> str:
    if milliseconds < 1000:
        return gettext("%(number)s ms") % {"number": words.number(milliseconds, 0)}
    return gettext("%(number)s s") % {"number": words.number(milliseconds / 1000)}


def list_url(name: str) -> str:
    """Return the URL of the admin's list of this model (`app_model`)."""
    return reverse(f"admin:{name}_changelist")


def with_filters(url: str, **filters: str) -> str:
    """Return the URL of a list with filters; "" for a list that the reader may not see."""
    return url and f"{url}?{urlencode(filters)}"


def instant(moment: datetime) -> str:
    """Return a time in the format of the admin's filters."""
    return moment.isoformat(sep=" ")


def lead_figures(*, now: datetime, midnight: datetime, counted: datetime, leads_url: str) -> list[Figure]:
    """Return the figures on incoming leads, today and in the last 7 days compared with the 7 before.

    Leads from before `counted` are too many to be counted: a figure that would include them says so.
    """
    flows = market.lead_flow(
        {
            "today": market.Period(max(midnight, counted), now),
            "week": market.Period(max(now - WEEK, counted), now),
            "before": market.Period(max(now - 2 * WEEK, counted), now - WEEK),
        }
    )
    today, week = flows["today"], flows["week"]
    # If the period was not counted completely, there is nothing to compare with.
    before = flows["before"] if counted <= now - 2 * WEEK else None
    more_today, more = ("" if counted <= since else "+" for since in (midnight, now - WEEK))
    in_week = gettext("%(number)s in 7 days")
    waiting = market.waiting_leads()
    since_midnight, since_week = instant(midnight), instant(now - WEEK)
    return [
        Figure(
            label=gettext("Leads today"),
            value=words.number(today.leads, 0) + more_today,
            url=with_filters(leads_url, created_at__gte=since_midnight),
            note=in_week % {"number": words.number(week.leads, 0) + more},
            note_url=with_filters(leads_url, created_at__gte=since_week),
            change=None if before is None else change(week.leads, before.leads),
        ),
        Figure(
            label=gettext("Of these, with a partner"),
            value=words.number(today.routed, 0) + more_today,
            url=with_filters(leads_url, assigned="assigned", created_at__gte=since_midnight),
            note=in_week % {"number": words.number(week.routed, 0) + more},
            note_url=with_filters(leads_url, assigned="assigned", created_at__gte=since_week),
            change=None if before is None else change(week.routed, before.routed),
        ),
        Figure(
            label=gettext("Waiting for a partner"),
            value=words.number(waiting.count, 0) + ("+" if waiting.is_capped else ""),
            url=with_filters(leads_url, assigned="waiting"),
            note=_waiting_note(waiting, in_week=words.number(week.waiting, 0) + more, now=now),
            note_url=with_filters(leads_url, assigned="waiting", created_at__gte=since_week),
            change=None if before is None else change(week.waiting, before.waiting),
            kind="warn" if waiting.count else "good",
        ),
        time_figure(
            gettext("Time to assignment"),
            week.to_partner,
            None if before is None else before.to_partner,
            url=with_filters(leads_url, assigned="assigned", created_at__gte=since_week),
        ),
        time_figure(
            gettext("Time to first contact"),
            week.to_contact,
            None if before is None else before.to_contact,
            url=with_filters(leads_url, assigned="assigned", created_at__gte=since_week),
        ),
    ]


def _waiting_note(waiting: market.Waiting, *, in_week: str, now: datetime) -> str:
    if waiting.oldest is None:
        return gettext("no leads waiting")
    age = words.duration(max(0.0, (now - waiting.oldest).total_seconds()) / 60)
    return gettext("%(number)s from the last 7 days; the oldest has waited %(age)s") % {"number": in_week, "age": age}
