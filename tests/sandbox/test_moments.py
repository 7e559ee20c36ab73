"""When the page's clock says Monday at nine, wherever the council works."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.charter_file import read_charter
from bot.sandbox import service_side
from bot.sandbox.moments import MONDAY, Weekly

BAKU = "Asia/Baku"


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        (BAKU, "2026-11-27 20:00", "2026-11-30 05:00"),
        (BAKU, "2026-11-30 04:59", "2026-11-30 05:00"),
        (BAKU, "2026-11-30 05:00", "2026-12-07 05:00"),
        # Sunday in UTC is Monday there already
        ("Asia/Tokyo", "2026-11-29 23:00", "2026-11-30 00:00"),
        # the clock goes back on 25 October, and forward on 29 March
        ("Europe/Berlin", "2026-10-24 12:00", "2026-10-26 08:00"),
        ("Europe/Berlin", "2027-03-27 12:00", "2027-03-29 07:00"),
        # across the year, whose last week is the 53rd
        (BAKU, "2026-12-31 12:00", "2027-01-04 05:00"),
    ],
)
def test_the_next_monday(zone: str, now: str, then: str) -> None:
    """It is nine on the council's clock, whatever that clock was turned by on the way."""
    assert MONDAY.after(at(now), zone) == at(then)


def test_an_hour_that_the_clock_skips() -> None:
    """Half past two does not exist on that Sunday: the moment is half past three."""
    night = Weekly("night", "", "", 7, time(2, 30))
    assert night.after(at("2027-03-27 12:00"), "Europe/Berlin") == at("2027-03-28 01:30")
    twice = night.after(at("2026-10-24 12:00"), "Europe/Berlin")
    assert twice == at("2026-10-25 00:30")
    assert night.after(twice, "Europe/Berlin") == at("2026-11-01 01:30")


def test_the_digests_moments_are_reached_in_order() -> None:
    """A fortnight passes two drafts and two digests, each once, each after what came before."""
    charter = read_charter(Path(__file__).parents[2] / "council.toml")
    now = at("2026-11-30 06:00")
    there = list(service_side.stops(charter, now, now + timedelta(days=14)))
    assert there == [
        at("2026-12-04 06:00"),
        at("2026-12-07 05:00"),
        at("2026-12-11 06:00"),
        at("2026-12-14 05:00"),
    ]
    labels = [each.label for each in service_side.moments(charter)]
    assert labels == ["Fri 10:00", "Mon 09:00"]
