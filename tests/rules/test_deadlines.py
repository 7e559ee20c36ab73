"""Promised dates fall into the council's working time, wherever the council is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.charter import Promise, Span, WorkingTime
from handlers.rules.deadlines import Calendar, Due, due_dates

BAKU = WorkingTime(
    zone="Asia/Baku",
    opens=time(9),
    closes=time(18),
    weekend=frozenset({6, 7}),
    holidays="AZ",
    extra_holidays=frozenset({date(2026, 11, 27)}),
    working_days=frozenset({date(2026, 12, 5)}),
)
BERLIN = WorkingTime("Europe/Berlin", time(8, 30), time(17), frozenset({6, 7}), "DE-BE")
NIGHT_WATCH = WorkingTime("Europe/Berlin", time(1), time(7), frozenset(), "")
CALENDARS = {"baku": Calendar(BAKU), "berlin": Calendar(BERLIN), "night": Calendar(NIGHT_WATCH)}


def baku(text: str) -> datetime:
    """An instant from Baku's clock: `2026-11-23 10:00` (a Monday)."""
    return _from_clock(text, "Asia/Baku")


def berlin(text: str) -> datetime:
    """An instant from Berlin's clock."""
    return _from_clock(text, "Europe/Berlin")


def _from_clock(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("on", "works"),
    [
        ("2026-11-23", True),
        ("2026-11-22", False),
        ("2026-11-27", False),
        ("2026-12-05", True),
        ("2026-11-09", False),
        ("2026-11-10", False),
        ("2026-03-20", False),
        ("2026-03-30", False),
        ("2026-03-31", True),
        ("2026-12-31", False),
        ("2027-01-04", False),
    ],
)
def test_working_days_of_baku(on: str, works: bool) -> None:
    """Weekends, the official holidays with their moved days, and the council's own exceptions."""
    assert CALENDARS["baku"].is_working_day(date.fromisoformat(on)) is works


def test_the_official_year_has_241_working_days() -> None:
    """Without exceptions of its own the council works as the Cabinet's calendar of 2026 says."""
    plain = Calendar(replace(BAKU, extra_holidays=frozenset(), working_days=frozenset()))
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    assert sum(map(plain.is_working_day, days)) == 241


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        ("2026-11-23 10:00", True, "2026-11-23 10:00"),
        ("2026-11-23 09:00", True, "2026-11-23 09:00"),
        ("2026-11-23 08:59", False, "2026-11-23 09:00"),
        ("2026-11-23 18:00", False, "2026-11-24 09:00"),
        ("2026-11-23 23:59", False, "2026-11-24 09:00"),
        ("2026-11-26 19:00", False, "2026-11-30 09:00"),
        ("2026-11-28 12:00", False, "2026-11-30 09:00"),
        ("2026-12-05 12:00", True, "2026-12-05 12:00"),
    ],
)
def test_open_and_next_open(at: str, is_open: bool, opens: str) -> None:
    """Out of hours the next opening is known."""
    assert CALENDARS["baku"].is_open(baku(at)) is is_open
    assert CALENDARS["baku"].next_open(baku(at)) == baku(opens)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 10:00", Span(days=1), "2026-11-24 18:00"),
        ("2026-11-23 07:00", Span(days=1), "2026-11-24 18:00"),
        ("2026-11-23 18:00", Span(days=1), "2026-11-24 18:00"),
        ("2026-11-23 18:01", Span(days=1), "2026-11-25 18:00"),
        ("2026-11-22 12:00", Span(days=1), "2026-11-24 18:00"),
        ("2026-11-26 12:00", Span(days=1), "2026-11-30 18:00"),
        ("2026-11-26 12:00", Span(days=5), "2026-12-04 18:00"),
        ("2026-11-26 12:00", Span(days=6), "2026-12-05 18:00"),
        ("2026-12-30 12:00", Span(days=1), "2027-01-05 18:00"),
        ("2026-11-23 10:00", Span(hours=4), "2026-11-23 14:00"),
        ("2026-11-23 16:30", Span(hours=4), "2026-11-24 11:30"),
        ("2026-11-23 16:00", Span(hours=2), "2026-11-23 18:00"),
        ("2026-11-23 03:00", Span(hours=1), "2026-11-23 10:00"),
        ("2026-11-22 12:00", Span(hours=0.5), "2026-11-23 09:30"),
        ("2026-11-26 17:00", Span(hours=10), "2026-11-30 18:00"),
        ("2026-11-23 10:00", Span(days=1, hours=1), "2026-11-25 10:00"),
        ("2026-11-23 10:00", Span(), "2026-11-23 10:00"),
        ("2026-11-22 10:00", Span(), "2026-11-23 09:00"),
    ],
)
def test_add(start: str, span: Span, end: str) -> None:
    """Days end at closing time, hours run only while somebody is there."""
    assert CALENDARS["baku"].add(baku(start), span) == baku(end)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-27 16:00", Span(hours=2), "2026-03-30 09:30"),
        ("2026-10-23 16:00", Span(hours=2), "2026-10-26 09:30"),
        ("2026-03-27 16:00", Span(days=1), "2026-03-30 17:00"),
        ("2026-04-02 16:00", Span(days=1), "2026-04-07 17:00"),
    ],
)
def test_clocks_that_change(start: str, span: Span, end: str) -> None:
    """Where clocks change over the weekend, opening time stays opening time."""
    assert CALENDARS["berlin"].add(berlin(start), span) == berlin(end)


def test_a_night_that_is_an_hour_short() -> None:
    """Working time is what really passes: five hours in the night of March, seven in October."""
    night = CALENDARS["night"]
    assert night.working_seconds(berlin("2026-03-29 00:00"), berlin("2026-03-29 12:00")) == 5 * 3600
    assert night.working_seconds(berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) == 7 * 3600
    assert night.add(berlin("2026-03-29 00:00"), Span(hours=5.5)) == berlin("2026-03-30 01:30")


def test_half_time_and_four_fifths() -> None:
    """A part of a span of days is a part of its working time, not of the nights between."""
    start, due = baku("2026-11-23 09:00"), baku("2026-11-25 18:00")
    assert CALENDARS["baku"].share(start, due, 0.5) == baku("2026-11-24 13:30")
    assert CALENDARS["baku"].share(start, due, 0) == start
    assert CALENDARS["baku"].share(start, due, 1) == due
    friday_night = baku("2026-12-04 20:00")
    assert CALENDARS["baku"].share(friday_night, baku("2026-12-05 18:00"), 0.8) == baku(
        "2026-12-05 16:12"
    )


def test_a_pause_moves_the_date_on() -> None:
    """Waiting for the person costs nobody their time."""
    due = baku("2026-11-24 18:00")
    later = CALENDARS["baku"].after_pause(due, baku("2026-11-23 17:00"), baku("2026-11-24 11:00"))
    assert later == baku("2026-11-25 12:00")
    assert CALENDARS["baku"].after_pause(due, due, due) == due


def test_due_dates_come_in_order() -> None:
    """A request is read before it is answered, and answered before it is closed."""
    promise = Promise(read=Span(days=1), answer=Span(days=5), close=Span(days=10))
    assert due_dates(promise, baku("2026-11-23 10:00"), CALENDARS["baku"]) == Due(
        baku("2026-11-24 18:00"), baku("2026-12-01 18:00"), baku("2026-12-07 18:00")
    )
    hasty = Promise(read=Span(days=2), answer=Span(hours=1), close=Span())
    assert len(set(_dates(due_dates(hasty, baku("2026-11-23 10:00"), CALENDARS["baku"])))) == 1


def _dates(due: Due) -> tuple[datetime, datetime, datetime]:
    return due.read_by, due.answer_by, due.close_by


@pytest.mark.parametrize(
    "wrong",
    [
        replace(BAKU, zone="Asia/Nowhere"),
        replace(BAKU, zone=""),
        replace(BAKU, holidays="XX"),
        replace(BAKU, closes=time(9)),
    ],
)
def test_a_calendar_that_cannot_be(wrong: WorkingTime) -> None:
    """A mistake in the council's file shows at once."""
    with pytest.raises(ValueError):
        Calendar(wrong)


def test_a_calendar_without_working_days_ends() -> None:
    """A calendar that never opens is an error and not an endless search."""
    never = Calendar(replace(BAKU, weekend=frozenset(range(1, 8)), working_days=frozenset()))
    with pytest.raises(ValueError, match="no working days"):
        never.add(baku("2026-11-23 10:00"), Span(days=1))


calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
instants = st.timedeltas(timedelta(), timedelta(days=700)).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)
quarters = st.integers(0, 200).map(lambda quarters: Span(hours=quarters / 4))
days = st.integers(1, 30).map(lambda count: Span(days=count))
quick = settings(deadline=None, max_examples=60)


@quick
@given(calendars, instants, instants, quarters | days)
def test_later_in_means_later_out(
    calendar: Calendar, one: datetime, other: datetime, span: Span
) -> None:
    """A message that comes later is never due earlier."""
    first, second = sorted((one, other))
    assert calendar.add(first, span) <= calendar.add(second, span)


@quick
@given(calendars, instants, quarters | days, quarters | days)
def test_spans_add_up(calendar: Calendar, start: datetime, one: Span, other: Span) -> None:
    """Two spans one after the other are as long as their sum."""
    if bool(one.days) != bool(other.days):
        return
    both = Span(one.days + other.days, one.hours + other.hours)
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, both)


@quick
@given(calendars, instants, quarters | days)
def test_nothing_is_due_while_nobody_is_there(
    calendar: Calendar, start: datetime, span: Span
) -> None:
    """A date falls into working time or on its end, never on a holiday, never before its start."""
    end = calendar.add(start, span)
    assert end >= start
    assert end.tzinfo is UTC
    assert calendar.is_open(end) or calendar.is_open(end - timedelta(microseconds=1))


@quick
@given(calendars, instants, quarters)
def test_hours_are_what_was_counted(calendar: Calendar, start: datetime, span: Span) -> None:
    """As much working time passes as was promised."""
    end = calendar.add(start, span)
    assert calendar.working_seconds(start, end) == pytest.approx(span.hours * 3600)


@quick
@given(calendars, instants, instants, st.floats(0, 1), st.floats(0, 1))
def test_shares_are_in_order(
    calendar: Calendar, one: datetime, other: datetime, part: float, more: float
) -> None:
    """A larger part passes later, and no part after the whole."""
    start, due = sorted((one, other))
    early, late = sorted((part, more))
    shares = [calendar.share(start, due, early), calendar.share(start, due, late)]
    assert start <= shares[0] <= shares[1] <= due


@quick
@given(calendars, instants)
def test_the_next_opening_is_open(calendar: Calendar, at: datetime) -> None:
    """At the next opening somebody is there, and nobody before."""
    opening = calendar.next_open(at)
    assert opening >= at
    assert calendar.is_open(opening)
    assert calendar.working_seconds(at, opening) == 0
