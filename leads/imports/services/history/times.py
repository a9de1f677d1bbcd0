"""Times of a CSV file: with their own offset, or local times of a zone that the operator names."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leads.imports.services.history.problems import FieldError, shown

# History is within these years; other times, shifted to now, could exceed the range of PostgreSQL or Python.
FIRST_YEAR = 1970
LAST_YEAR = 2199
_NOTHING = timedelta()
_EXAMPLE = "2026-01-31T09:30:00+01:00"
# Python alone would parse `2026-01-31+01:00`, a date with an offset, as one o'clock.
_ISO_8601 = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(?P<zone>Z|[+-]\d\d(:?\d\d(:?\d\d)?)?)?", re.ASCII
)


@dataclass(slots=True, kw_only=True)
class TimeReader:
    """Parser of ISO 8601 times to PostgreSQL's text format in UTC.

    - `latest`: no time may be later; None allows the future, up to `LAST_YEAR`.
    - `zone`: zone of times without an offset; None: they are refused.
    - `twice`: number of ambiguous times, which occurred twice when the clock was put back. The first one was taken.
    """

    latest: datetime | None
    zone: ZoneInfo | None = None
    twice: int = 0

    def read(self, value: str) -> str:
        """Return the time in UTC. Raises `FieldError`."""
        moment = self._moment(value)
        if self.latest is not None and moment > self.latest:
            raise FieldError(f"{shown(value)} lies in the future")
        return moment.astimezone(UTC).isoformat()

    def _moment(self, value: str) -> datetime:
        """Return the time with its offset. Raises `FieldError`."""
        found = _ISO_8601.fullmatch(value)
        if found is None:
            raise FieldError(f"{shown(value)} is not a time in ISO 8601, like {_EXAMPLE}")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise FieldError(f"{shown(value)} is no such time: {error}") from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise FieldError(f"{shown(value)} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        return self._local(value=value, moment=moment) if found["zone"] is None else moment

    def _local(self, *, value: str, moment: datetime) -> datetime:
        """Return a time without an offset in the operator's zone. Raises `FieldError`."""
        if self.zone is None:
            raise FieldError(
                f"{shown(value)} has no time zone ({_EXAMPLE} has one); "
                "--timezone, for instance Europe/Amsterdam, says what such times are in"
            )
        first = moment.replace(tzinfo=self.zone)
        second = first.replace(fold=1)
        ahead = second.astimezone(UTC) - first.astimezone(UTC)
        # PEP 495: for a time that the clock skips, the two interpretations are reversed.
        if ahead < _NOTHING:
            raise FieldError(f"{shown(value)} does not exist in {self.zone.key}: the clock was put forward over it")
        self.twice += ahead > _NOTHING
        return first
