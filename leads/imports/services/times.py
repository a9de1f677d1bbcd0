"""Times in a file: with their own offset, or local times of a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.imports.services.cells import CellError, shown

# History is within these years; other times, shifted to now, could exceed the range of PostgreSQL or Python.
FIRST_YEAR, LAST_YEAR = 1970, 2199
# Python alone would parse `2026-01-31+01:00`, a date with an offset, as one o'clock.
_ISO_8601 = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(?P<zone>Z|[+-]\d\d(:?\d\d(:?\d\d)?)?)?)?", re.ASCII
)


@dataclass(slots=True, kw_only=True)
class TimeReader:
    """Parser of times in ISO 8601.

    - `latest`: no time may be later; None allows the future, up to `LAST_YEAR`.
    - `zone`: zone of times without an offset; None: they are refused.
    - `dates`: whether a date without a time is accepted, as its midnight.
    - `twice`: number of ambiguous times, which occurred twice when the clock was put back. The first one was taken.
    """

    latest: datetime | None
    zone: ZoneInfo | None = None
    dates: bool = False
    twice: int = 0

    def read(self, text: str) -> datetime:
        """Return the time in UTC. Raises `CellError`."""
        value = {"value": shown(text)}
        found = _ISO_8601.fullmatch(text)
        if found is None or not (found["time"] or self.dates):
            raise CellError(_("%(value)s is not a time such as 2026-01-31 09:30.") % value)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise CellError(_("%(value)s is no such time: %(error)s.") % {**value, "error": error}) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise CellError(_("%(value)s lies outside the years %(first)d to %(last)d.") % {**value, **years})
        moment = (self._local(text, moment) if found["zone"] is None else moment).astimezone(UTC)
        if self.latest is not None and moment > self.latest:
            raise CellError(_("%(value)s lies in the future.") % value)
        return moment

    def _local(self, text: str, moment: datetime) -> datetime:
        """Return a time without an offset in the reader's zone. Raises `CellError`."""
        if self.zone is None:
            raise CellError(
                _(
                    "%(value)s has no time zone (2026-01-31T09:30:00+01:00 has one); "
                    "--timezone, for instance Europe/Amsterdam, says what such times are in."
                )
                % {"value": shown(text)}
            )
        first = moment.replace(tzinfo=self.zone)
        second = first.replace(fold=1)
        ahead = second.astimezone(UTC) - first.astimezone(UTC)
        # PEP 495: for a time that the clock skips, the two interpretations are reversed.
        if ahead < timedelta():
            raise CellError(
                _("%(value)s does not exist in %(zone)s: the clock was put forward over it.")
                % {"value": shown(text), "zone": self.zone.key}
            )
        self.twice += ahead > timedelta()
        return first


class Instant:
    """A time; unless there is another `reader`, in the site's time zone, whoever the user is, and not in the future."""

    about: Any = format_lazy(
        gettext_lazy("A time, such as 2026-01-31 09:30; without a zone in {zone}."), zone=settings.TIME_ZONE
    )

    def __init__(self, *, empty: Any = None, reader: TimeReader | None = None) -> None:
        self.empty = empty
        self.reader = reader

    def parse(self, text: str) -> datetime:
        site = TimeReader(latest=timezone.now(), zone=ZoneInfo(settings.TIME_ZONE), dates=True)
        return (self.reader or site).read(text)

    def render(self, value: datetime) -> str:
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat(sep=" ")
