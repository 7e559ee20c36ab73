"""A calendar's working time as a clock that only runs while the council works."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from handlers.rules.deadlines import Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000


class WorkingClock:
    """Tells working time between instants of a span, as `Calendar.working_seconds` does.

    Days are looked at once, when it is made; then it costs the same however far apart instants lie.
    """

    def __init__(self, calendar: Calendar, first: datetime, last: datetime) -> None:
        self._first, self._last = _micros(first), _micros(last)
        self._opens: list[int] = []
        self._lasts: list[int] = []
        self._before: list[int] = []
        """How much had passed when each day opened."""
        passed = 0
        for opens, closes in calendar.openings(first, last):
            self._opens.append(_micros(opens))
            self._lasts.append(_micros(closes) - _micros(opens))
            self._before.append(passed)
            passed += self._lasts[-1]

    def seconds(self, start: datetime, end: datetime) -> int:
        """Whole seconds of working time between the two; nothing if they are reversed.

        Raises ValueError for what lies outside the span.
        """
        if end <= start:
            return 0
        return (self._shows(_micros(end)) - self._shows(_micros(start))) // SECOND

    def _shows(self, at: int) -> int:
        if not self._first <= at <= self._last:
            raise ValueError("outside the span of this clock")
        day = bisect_right(self._opens, at) - 1
        if day < 0:
            return 0
        return self._before[day] + min(at - self._opens[day], self._lasts[day])


def _micros(at: datetime) -> int:
    since: timedelta = at - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds
