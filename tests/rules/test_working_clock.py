"""A clock that runs while the council works shows what its calendar counts, and spreads are exact."""

from datetime import UTC, date, datetime, time, timedelta
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.charter import WorkingTime
from handlers.rules.deadlines import Calendar
from handlers.rules.figures import Times, times
from handlers.rules.spread import Spread
from handlers.rules.working_clock import WorkingClock

CALENDARS = {
    "baku": Calendar(
        WorkingTime(
            *("Asia/Baku", time(9), time(18), frozenset({6, 7}), "AZ"),
            extra_holidays=frozenset({date(2026, 11, 27)}),
            working_days=frozenset({date(2026, 12, 5)}),
        )
    ),
    "berlin": Calendar(
        WorkingTime("Europe/Berlin", time(8, 30), time(17), frozenset({6, 7}), "DE-BE")
    ),
    "night": Calendar(WorkingTime("Europe/Berlin", time(1), time(7), frozenset(), "")),
}
FIRST, LAST = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
CLOCKS = {name: WorkingClock(calendar, FIRST, LAST) for name, calendar in CALENDARS.items()}
INSTANTS = st.integers(0, int((LAST - FIRST).total_seconds() * 1_000_000)).map(
    lambda passed: FIRST + timedelta(microseconds=passed)
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(CALENDARS)), INSTANTS, INSTANTS)
def test_it_shows_what_the_calendar_counts(name: str, start: datetime, end: datetime) -> None:
    """Holidays, weekends and changed clocks included, in whole seconds."""
    assert CLOCKS[name].seconds(start, end) == int(CALENDARS[name].working_seconds(start, end))


@given(st.sampled_from(sorted(CALENDARS)), INSTANTS, st.integers(0, 7))
def test_from_any_first_day(name: str, start: datetime, days: int) -> None:
    """What it shows does not depend on where it begins to look."""
    end = min(start + timedelta(days=days, hours=5), LAST)
    clock = WorkingClock(CALENDARS[name], start, end)
    assert clock.seconds(start, end) == CLOCKS[name].seconds(start, end)


def test_outside_its_span() -> None:
    """What it has not looked at it does not guess."""
    with pytest.raises(ValueError):
        CLOCKS["baku"].seconds(FIRST - timedelta(seconds=1), LAST)
    with pytest.raises(ValueError):
        CLOCKS["baku"].seconds(FIRST, LAST + timedelta(seconds=1))


@given(st.lists(st.integers(0, 40_000), max_size=40), st.integers(1, 100))
def test_nearest_rank(values: list[int], percent: int) -> None:
    """It is the value at its place in the sorted row."""
    spread = Spread()
    for one in values:
        spread.add(one)
    row = sorted(values)
    expected = row[ceil(len(row) * percent / 100) - 1] if row else None
    assert spread.nearest(percent) == expected


@pytest.mark.parametrize(
    ("values", "median", "late"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2], 1, 2),
        (range(1, 11), 5, 9),
        (range(1, 12), 6, 10),
        ([0] * 9 + [3600], 0, 0),
    ],
)
def test_times(values: range, median: float | None, late: float | None) -> None:
    """The median and the ninetieth of a hundred, by nearest rank."""
    spread = Spread()
    for one in values:
        spread.add(one)
    assert times(spread) == Times(len(values), median, late)
