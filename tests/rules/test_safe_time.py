"""When somebody may be written to."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.safe_time import (
    ANY_TIME,
    Safe,
    as_word,
    chosen,
    hours_in,
    kept,
    may_be_word,
    next_moment,
)

SPRING = datetime(2026, 3, 20, tzinfo=UTC)
BAKU, KYIV = "Asia/Baku", "Europe/Kyiv"
EVENING, NIGHT = Safe(time(18), time(20)), Safe(time(22), time(6))


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A moment in Baku, four hours ahead, as an instant."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=4)


@pytest.mark.parametrize(
    ("safe", "now", "then"),
    [
        pytest.param(ANY_TIME, at(3), at(3), id="any time is now"),
        pytest.param(EVENING, at(17, 59), at(18), id="a minute before"),
        pytest.param(EVENING, at(18), at(18), id="from the first minute"),
        pytest.param(EVENING, at(19, 59), at(19, 59), id="to the last"),
        pytest.param(EVENING, at(20), at(18, day=25), id="over: tomorrow"),
        pytest.param(NIGHT, at(23), at(23), id="before midnight"),
        pytest.param(NIGHT, at(5, 59), at(5, 59), id="after midnight"),
        pytest.param(NIGHT, at(6), at(22), id="by day"),
        pytest.param(Safe(never=True), at(12), None, id="never"),
    ],
)
def test_next_moment(safe: Safe, now: datetime, then: datetime | None) -> None:
    """Each row of the table."""
    assert next_moment(safe, now, BAKU) == then


@given(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(0, 230 * 24 * 60).map(lambda minutes: SPRING + timedelta(minutes=minutes)),
)
def test_it_always_comes(since: time, until: time, now: datetime) -> None:
    """However the clocks are changed, the moment is not past and within about a day."""
    if since == until:
        return
    moment = next_moment(Safe(since, until), now, KYIV)
    assert moment is not None
    assert timedelta(0) <= moment - now <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("18-20", (time(18), time(20))),
        (" 18:30 – 20 ", (time(18, 30), time(20))),
        ("۱۸-۲۰", (time(18), time(20))),
        ("22-24", (time(22), time(0))),
        ("22-6", (time(22), time(6))),
        ("18-18", None),
        ("18", None),
        ("25-26", None),
        ("24:30-3", None),
        ("call me 18-20", None),
    ],
)
def test_hours_typed(text: str, hours: tuple[time, time] | None) -> None:
    """Hours as people type them; anything else is a message."""
    assert hours_in(text) == hours


def test_a_word_is_the_same_however_it_is_typed() -> None:
    """Case, marks and spaces do not lock anybody out."""
    assert as_word("  Blue  bicycle! ") == as_word("blue bicycle")
    assert as_word("Göy çiçək") == as_word("goy cicek")
    assert as_word("blue bicycles") != as_word("blue bicycle")


@pytest.mark.parametrize("text", ["abc", "1", "123456", "....", "x" * 31, "   a   "])
def test_what_is_no_word(text: str) -> None:
    """Too short, too long, or a number that may answer something else."""
    assert not may_be_word(text)


@pytest.mark.parametrize("safe", [ANY_TIME, EVENING, Safe(never=True, word="x"), Safe(word="x")])
def test_kept_and_read(safe: Safe) -> None:
    """What is kept is what was chosen."""
    assert chosen(kept(safe)) == safe
