"""Dates that the council promises, counted in its own working time.

Every instant that comes in or goes out is aware and UTC; days and hours are the council's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from handlers.charter import Promise, Span, WorkingTime

DAY = timedelta(days=1)
LONGEST_BREAK_DAYS = 400
"""A calendar without a working day in so long is a mistake, not a holiday."""


@dataclass(frozen=True, slots=True)
class Due:
    """By when a request is read by a person, answered, and closed at the latest."""

    read_by: datetime
    answer_by: datetime
    close_by: datetime


class Calendar:
    """When the council works, and how its working time passes.

    Raises ValueError for a country or zone nobody knows, or hours that never open.
    """

    def __init__(self, working_time: WorkingTime) -> None:
        if working_time.opens >= working_time.closes:
            raise ValueError("working time must open before it closes")
        try:
            self._zone = ZoneInfo(working_time.zone)
        except (KeyError, OSError) as unknown:
            raise ValueError(f"no such time zone: {working_time.zone}") from unknown
        self._working_time = working_time
        _public_holidays(working_time.holidays, 2026)  # any year: an unknown country shows now

    def is_working_day(self, on: date) -> bool:
        """Whether the council works on this day: exceptions first, then weekends and holidays."""
        working_time = self._working_time
        if on in working_time.working_days:
            return True
        return not (
            on.isoweekday() in working_time.weekend
            or on in working_time.extra_holidays
            or on in _public_holidays(working_time.holidays, on.year)
        )

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at this instant; closing time itself is closed."""
        on = self._day_of(at)
        return self.is_working_day(on) and self._opens(on) <= at < self._closes(on)

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if open, else the next opening."""
        on = self._day_zero(at)
        if self.is_open(at) or at < self._opens(on):
            return max(_utc(at), self._opens(on))
        return self._opens(next(self._working_days(on + DAY)))

    def add(self, start: datetime, span: Span) -> datetime:
        """The end of a span of working time: its days first, then its hours.

        Days end at closing time of the n-th working day after the day of `start`; what comes after
        closing or on a day off counts as come on the next working day.
        """
        end = start
        if span.days > 0:
            day = self._day_zero(start)
            for _ in range(span.days):
                day = next(self._working_days(day + DAY))
            end = self._closes(day)
        return self._after(end, timedelta(hours=span.hours))

    def share(self, start: datetime, due: datetime, part: float) -> datetime:
        """The instant when this part (0 to 1) of the working time between the two has passed."""
        seconds = self.working_seconds(start, due)
        if not seconds:
            return _utc(start + (due - start) * part)
        return min(self._after(start, timedelta(seconds=seconds * part)), max(start, due))

    def working_seconds(self, start: datetime, end: datetime) -> float:
        """How much working time lies between the two instants; nothing if they are reversed."""
        if end <= start:
            return 0.0
        passed = timedelta()
        for on in self._working_days(self._day_of(start), self._day_of(end)):
            opens, closes = max(start, self._opens(on)), min(end, self._closes(on))
            passed += max(closes - opens, timedelta())
        return passed.total_seconds()

    def openings(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When each working day opens and closes, from the day of `first` to the day of `last`."""
        for on in self._working_days(self._day_of(first), self._day_of(last)):
            yield self._opens(on), self._closes(on)

    def after_pause(self, due: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
        """A due date moved on by the working time that was spent waiting for the person."""
        waited = self.working_seconds(paused_at, resumed_at)
        return self._after(due, timedelta(seconds=waited))

    def _after(self, start: datetime, working: timedelta) -> datetime:
        """When so much working time has passed: at closing time rather than at the next opening."""
        left = working
        for on in self._working_days(self._day_zero(start)):
            begins = max(_utc(start), self._opens(on))
            there = self._closes(on) - begins
            if left <= there:
                return begins + max(left, timedelta())
            left -= there
        raise ValueError("no such day")

    def _day_zero(self, at: datetime) -> date:
        """The day that counts as the day of this instant."""
        on = self._day_of(at)
        if self.is_working_day(on) and at <= self._closes(on):
            return on
        return next(self._working_days(on + DAY))

    def _working_days(self, first: date, last: date | None = None) -> Iterator[date]:
        """Working days from `first` on, up to `last` or for ever."""
        on, off = first, 0
        while last is None or on <= last:
            if self.is_working_day(on):
                yield on
                off = 0
            else:
                off += 1
                if last is None and off > LONGEST_BREAK_DAYS:
                    raise ValueError("the calendar has no working days")
            on += DAY

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _opens(self, on: date) -> datetime:
        return _utc(datetime.combine(on, self._working_time.opens, self._zone))

    def _closes(self, on: date) -> datetime:
        return _utc(datetime.combine(on, self._working_time.closes, self._zone))


def due_dates(promise: Promise, start: datetime, calendar: Calendar) -> Due:
    """The dates that a class promises to a request handed in at `start`, in this order."""
    read_by = calendar.add(start, promise.read)
    answer_by = max(read_by, calendar.add(start, promise.answer))
    return Due(read_by, answer_by, max(answer_by, calendar.add(start, promise.close)))


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    """The official days off of a country (`AZ`) or a part of it (`DE-BE`); none for ``."""
    if not country:
        return frozenset()
    code, _, part = country.partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError as unknown:
        raise ValueError(f"no holidays are known for {country}") from unknown
