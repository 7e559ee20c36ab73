"""A week is the same week everywhere in the digest: New Year, week 53 and changed clocks included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import weeks

ZONES = ("Asia/Baku", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "UTC", "Asia/Tehran")
INSTANTS = st.integers(788_918_400, 2_840_140_800).map(lambda s: datetime.fromtimestamp(s, UTC))
"""From 1995 to 2060."""


def utc(text: str) -> datetime:
    """An instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "week"),
    [
        ("2026-11-28 12:00", "Asia/Baku", "2026-W48"),
        ("2026-11-29 19:59", "Asia/Baku", "2026-W48"),
        ("2026-11-29 20:00", "Asia/Baku", "2026-W49"),
        ("2026-12-31 12:00", "Asia/Baku", "2026-W53"),
        ("2027-01-03 19:59", "Asia/Baku", "2026-W53"),
        ("2027-01-03 20:00", "Asia/Baku", "2027-W01"),
        ("2025-12-29 12:00", "Asia/Baku", "2026-W01"),
        ("2026-03-29 21:59", "Europe/Berlin", "2026-W13"),
        ("2026-03-29 22:00", "Europe/Berlin", "2026-W14"),
        ("2026-10-25 22:59", "Europe/Berlin", "2026-W43"),
        ("2026-10-25 23:00", "Europe/Berlin", "2026-W44"),
    ],
)
def test_week_of_an_instant(at: str, zone: str, week: str) -> None:
    """It changes on Monday at midnight of the council's own clock."""
    assert weeks.week_of(utc(at), zone) == week


@pytest.mark.parametrize(
    ("week", "zone", "start", "hours"),
    [
        ("2026-W48", "Asia/Baku", "2026-11-22 20:00", 168),
        ("2026-W13", "Europe/Berlin", "2026-03-22 23:00", 167),
        ("2026-W43", "Europe/Berlin", "2026-10-18 22:00", 169),
        ("2026-W53", "Europe/Berlin", "2026-12-27 23:00", 168),
    ],
)
def test_bounds(week: str, zone: str, start: str, hours: int) -> None:
    """From Monday to Monday, an hour shorter or longer where clocks are changed."""
    began, ended = weeks.bounds(week, zone)
    assert began == utc(start)
    assert ended - began == timedelta(hours=hours)
    assert began.tzinfo is UTC
    assert ended.tzinfo is UTC


@pytest.mark.parametrize(
    ("week", "n", "before"),
    [
        ("2026-W48", 1, "2026-W47"),
        ("2027-W01", 1, "2026-W53"),
        ("2026-W01", 1, "2025-W52"),
        ("2027-W02", 12, "2026-W43"),
        ("2026-W48", 0, "2026-W48"),
    ],
)
def test_weeks_before_and_after(week: str, n: int, before: str) -> None:
    """Years with fifty-three weeks are counted as what they are."""
    assert weeks.before(week, n) == before
    assert weeks.after(before, n) == week


@pytest.mark.parametrize(
    ("on", "at", "zone", "instant"),
    [
        ("2026-11-30", "09:00", "Asia/Baku", "2026-11-30 05:00"),
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29 01:30"),
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25 00:30"),
        ("2026-10-25", "03:00", "Europe/Berlin", "2026-10-25 02:00"),
        ("2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04 03:00"),
    ],
)
def test_a_moment_is_one_instant(on: str, at: str, zone: str, instant: str) -> None:
    """A time that is skipped comes after the gap, and of one that comes twice the first counts."""
    moment = weeks.moment(date.fromisoformat(on), time.fromisoformat(at), zone)
    assert moment == utc(instant)
    assert weeks.moment(date.fromisoformat(on), time.fromisoformat(at).replace(fold=1), zone) == (
        moment
    )


@pytest.mark.parametrize(
    ("week", "quarter", "begins"),
    [
        ("2026-W14", "2026-Q2", True),
        ("2026-W13", "2026-Q1", False),
        ("2026-W53", "2026-Q4", False),
        ("2027-W01", "2027-Q1", True),
        ("2026-W01", "2026-Q1", True),
        ("2026-W40", "2026-Q4", True),
    ],
)
def test_quarter_of_a_week(week: str, quarter: str, begins: bool) -> None:
    """A week lies where its Thursday lies."""
    assert weeks.quarter_of(week) == quarter
    assert weeks.begins_quarter(week) is begins


def test_quarters() -> None:
    """They are three months of the calendar, one after the other."""
    assert weeks.quarter_bounds("2026-Q4", "Asia/Baku") == (
        utc("2026-09-30 20:00"),
        utc("2026-12-31 20:00"),
    )
    assert weeks.quarter_bounds("2026-Q2", "Europe/Berlin") == (
        utc("2026-03-31 22:00"),
        utc("2026-06-30 22:00"),
    )
    assert weeks.quarter_before("2026-Q1") == "2025-Q4"
    assert weeks.quarter_before("2026-Q4") == "2026-Q3"


@pytest.mark.parametrize(
    "name", ["2026-W54", "2025-W53", "2026-W00", "2026-48", "2026-W48 ", "٢٠٢٦-W48"]
)
def test_not_a_week(name: str) -> None:
    """What is not the name of a week is said to be none."""
    with pytest.raises(ValueError):
        weeks.monday(name)


@pytest.mark.parametrize("name", ["2026-Q5", "2026-Q0", "Q4", "2026-W48"])
def test_not_a_quarter(name: str) -> None:
    """What is not the name of a quarter is said to be none."""
    with pytest.raises(ValueError):
        weeks.quarter_bounds(name, "UTC")


@given(INSTANTS, st.sampled_from(ZONES))
def test_every_instant_lies_in_its_week(at: datetime, zone: str) -> None:
    """Weeks follow each other without a gap, and each instant lies in the one that is named."""
    week = weeks.week_of(at, zone)
    start, end = weeks.bounds(week, zone)
    assert start <= at < end
    assert weeks.bounds(weeks.after(week), zone)[0] == end
    assert (
        weeks.week_of(start, zone) == weeks.week_of(end - timedelta(microseconds=1), zone) == week
    )
    assert weeks.before(weeks.after(week)) == week


@given(INSTANTS, st.sampled_from(ZONES))
def test_every_instant_lies_in_one_quarter(at: datetime, zone: str) -> None:
    """So do quarters."""
    quarter = weeks.quarter_of(weeks.week_of(at, zone))
    start, end = weeks.quarter_bounds(quarter, zone)
    # the quarter of a week may be off by the few days before or after its Thursday
    assert start - timedelta(days=4) <= at < end + timedelta(days=4)
    assert weeks.quarter_bounds(weeks.quarter_before(quarter), zone)[1] == start


@given(st.dates(date(1995, 1, 1), date(2060, 1, 1)), st.times(), st.sampled_from(ZONES))
def test_moments_follow_the_clock(on: date, at: time, zone: str) -> None:
    """Later on the same day is never earlier in time by more than the clocks were turned back."""
    moment = weeks.moment(on, at.replace(tzinfo=None), zone)
    assert weeks.moment(on, time(), zone) <= moment
    assert moment < weeks.moment(on + timedelta(days=1), time(), zone) + timedelta(hours=1)
