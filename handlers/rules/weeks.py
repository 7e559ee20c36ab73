"""Weeks and quarters as the council's own clock shows them: "2026-W48", "2026-Q4".

A week is the ISO one, from Monday 00:00 to the next Monday 00:00 of the council's zone; it belongs
to the year and to the quarter in which its Thursday lies, so that some years have a week 53. Every
instant that comes out is aware and UTC, and every span ends before its end.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)
WEEK_NAME = re.compile(r"([0-9]{4})-W([0-9]{2})")
QUARTER_NAME = re.compile(r"([0-9]{4})-Q([1-4])")
THURSDAY = 4


def week_of(at: datetime, zone: str | ZoneInfo) -> str:
    """The week in which an instant lies."""
    on = at.astimezone(_zone(zone)).date()
    week = _name(on)
    # clocks that go back at midnight show the old day once more: the week that began goes on
    start, end = bounds(week, zone)
    if at < start:
        return before(week)
    return after(week) if at >= end else week


def bounds(week: str, zone: str | ZoneInfo) -> tuple[datetime, datetime]:
    """When a week begins and ends: 167, 168 or 169 hours where clocks are changed."""
    first = monday(week)
    return moment(first, time(), zone), moment(first + WEEK, time(), zone)


def before(week: str, n: int = 1) -> str:
    """The week so many weeks before."""
    return _name(monday(week) - n * WEEK)


def after(week: str, n: int = 1) -> str:
    """The week so many weeks after."""
    return before(week, -n)


def monday(week: str) -> date:
    """The first day of a week; raises ValueError for what is not the name of one."""
    named = WEEK_NAME.fullmatch(week)
    if named is None:
        raise ValueError(f"not a week: {week!r}")
    return date.fromisocalendar(int(named[1]), int(named[2]), 1)


def moment(on: date, at: time, zone: str | ZoneInfo) -> datetime:
    """The instant at which the clocks of a zone show this day and time.

    What they skip in spring is as long after midnight as it would have been: 02:30 is when they
    show 03:30. What they show twice in autumn is the first of the two.
    """
    return datetime.combine(on, at.replace(fold=0), _zone(zone)).astimezone(UTC)


def quarter_of(week: str) -> str:
    """The quarter in which most of a week lies: that of its Thursday."""
    on = date.fromisocalendar(*monday(week).isocalendar()[:2], THURSDAY)
    return f"{on.year:04}-Q{(on.month + 2) // 3}"


def begins_quarter(week: str) -> bool:
    """Whether it is the first week of its quarter: the quarter before is over."""
    return quarter_of(week) != quarter_of(before(week))


def quarter_before(quarter: str) -> str:
    """The quarter before."""
    first = _first_day(quarter) - timedelta(days=1)
    return f"{first.year:04}-Q{(first.month + 2) // 3}"


def quarter_bounds(quarter: str, zone: str | ZoneInfo) -> tuple[datetime, datetime]:
    """When three months of the calendar begin and end; raises ValueError for no quarter's name."""
    first = _first_day(quarter)
    ends = date(first.year + 1, 1, 1) if first.month == 10 else first.replace(month=first.month + 3)
    return moment(first, time(), zone), moment(ends, time(), zone)


def _first_day(quarter: str) -> date:
    named = QUARTER_NAME.fullmatch(quarter)
    if named is None:
        raise ValueError(f"not a quarter: {quarter!r}")
    return date(int(named[1]), 3 * int(named[2]) - 2, 1)


def _name(on: date) -> str:
    year, number, _ = on.isocalendar()
    return f"{year:04}-W{number:02}"


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
