"""Everything that is kept has an end."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.charter import Charter, WorkingTime
from handlers.rules.retention import KEPT, expires_at, has_expired
from storage import inbox

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def charter(**changed: Any) -> Charter:
    """A council with the usual times, except for what is changed."""
    return Charter(
        council={"en": "Council"},
        service={"en": "Service"},
        controller={"en": "Council"},
        official_complaint="",
        prefix="MC",
        languages=("en",),
        working_time=WorkingTime("UTC", time(9), time(18), frozenset({6, 7}), ""),
        promises={},
        numbers=(),
        members=8,
        **changed,
    )


ROWS = [
    ("newcomer", NOON, NOON + timedelta(hours=1)),
    ("draft", NOON, NOON + timedelta(hours=24)),
    ("invitation", NOON, NOON + timedelta(hours=48)),
    ("media_in_member_chat", NOON, NOON + timedelta(hours=20)),
    ("attempts", NOON, NOON + timedelta(hours=24)),
    ("received", NOON, NOON + timedelta(days=3)),
    ("stuck", NOON, NOON + timedelta(days=30)),
    ("outbox", NOON, NOON + timedelta(days=30)),
    ("person", NOON, NOON.replace(year=2027)),
    ("case", NOON, NOON.replace(year=2027)),
    ("case", datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC)),
    ("former_member", NOON, NOON.replace(year=2027)),
    ("audit", NOON, NOON.replace(year=2029)),
]


@pytest.mark.parametrize(("what", "since", "gone"), ROWS)
def test_expires_at(what: str, since: datetime, gone: datetime) -> None:
    """Each row of the table ends when the privacy text says."""
    assert expires_at(what, since, charter()) == gone
    assert not has_expired(what, since, charter(), gone - timedelta(microseconds=1))
    assert has_expired(what, since, charter(), gone)


def test_every_row_is_tried() -> None:
    """A new row of the table needs a row of the test above."""
    assert {what for what, _, _ in ROWS} == set(KEPT)


def test_the_council_decides() -> None:
    """Another council keeps its requests for another time."""
    assert expires_at("case", NOON, charter(keep_months=3)) == NOON.replace(year=2027, month=2)
    assert expires_at("newcomer", NOON, charter(consent_held=timedelta(minutes=5))) == (
        NOON + timedelta(minutes=5)
    )


@given(
    st.sampled_from(sorted(KEPT)), st.integers(0, 10**9).map(lambda s: NOON + timedelta(seconds=s))
)
def test_nothing_is_gone_before_it_came(what: str, since: datetime) -> None:
    """Every time is a positive one, and counts in UTC."""
    end = expires_at(what, since, charter())
    assert end > since
    assert end.tzinfo is UTC


def test_storage_keeps_as_long_as_the_table_says() -> None:
    """Where storage knows a time of its own, it is the table's."""
    assert KEPT["stuck"].length == inbox.STUCK_KEPT
    assert KEPT["received"].length == inbox.RECEIVED_KEPT
