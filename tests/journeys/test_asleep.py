"""A laptop asleep over a weekend: what was missed happens in order, each thing at its own time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from talk import Talk

from storage.database import Database
from storage.model import Newcomer, Outbox

BAKU = ZoneInfo("Asia/Baku")
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=BAKU)
MONDAY = datetime(2026, 11, 30, 11, 0, tzinfo=BAKU)


@pytest.fixture
def talk(database: Database) -> Talk:
    """Friday afternoon: a council, two migrants, and somebody who has not agreed."""
    talk = Talk(database)
    talk.now = FRIDAY.astimezone(UTC)
    talk.seat("Leyla")
    talk.seat("Vusal", "chair")
    talk.agreed("Farid")
    talk.agreed("Rana")
    talk.agreed("Sara")
    talk.somebody("Newcomer")
    return talk


def _sleep_until(talk: Talk, at: datetime) -> None:
    talk.later(seconds=(at - talk.now).total_seconds())


def test_a_weekend(talk: Talk) -> None:
    """Reminders, drafts, dates and closings ran in order, as if nobody had slept."""
    answered = talk.hand_in("Rana", "How can I learn the language?").reference
    talk.press("Leyla", f"answer:{answered}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{answered}")
    talk.deliver()
    waiting = talk.hand_in("Sara", "Where is the school?").reference
    talk.write("Newcomer", "hello")
    talk.write("Farid", "The hospital sent me away.")
    written_at = talk.now
    draft = talk.case().reference
    talk.deliver()
    before = _rows(talk)
    _sleep_until(talk, MONDAY)
    cases = {case.reference: case for case in talk.cases()}
    assert cases[draft].reminded_at is not None
    assert abs(cases[draft].reminded_at - written_at - timedelta(minutes=15)) < timedelta(seconds=5)
    assert cases[draft].handed_in_at is not None
    assert abs(cases[draft].handed_in_at - written_at - timedelta(hours=24)) < timedelta(seconds=5)
    assert cases[draft].read_by_at is not None  # counted from the morning it could first be read
    assert cases[draft].read_by_at > MONDAY
    assert cases[waiting].stage_at is not None
    assert cases[waiting].stage_at > MONDAY  # nothing that fell due is left undone
    assert cases[answered].state == "answered"  # five working days of silence have not passed
    assert _rows(talk) - before < 25
    with talk.database.read() as session:
        assert session.scalar(select(func.count(Newcomer.id))) == 0
    talk.deliver()
    assert "The hospital sent me away." in talk.screen("Leyla")
    assert "Leyla reads it" in talk.screen("Farid")


def test_two_weeks(talk: Talk) -> None:
    """After a fortnight: closed when silence was due, late when it was late, and said so."""
    answered = talk.hand_in("Rana", "How can I learn the language?").reference
    talk.press("Leyla", f"answer:{answered}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{answered}")
    talk.deliver()
    closes_at = talk.case().closes_at
    late = talk.hand_in("Farid", "Where is the school?").reference
    talk.press("Leyla", f"take:{late}")
    due = talk.case().answer_by_at
    assert closes_at is not None
    assert due is not None
    before = _rows(talk)
    _sleep_until(talk, MONDAY + timedelta(days=14))
    talk.deliver()
    cases = {case.reference: case for case in talk.cases()}
    assert (cases[answered].state, cases[answered].closed_at) == ("closed", closes_at)
    assert cases[late].routed_at is not None
    assert cases[late].routed_at >= due
    assert "sorry, it takes longer" in talk.screen("Farid")
    assert "Late, new date" in talk.ever_said("Vusal")
    assert _rows(talk) - before < 60


def _rows(talk: Talk) -> int:
    """How many messages were ever queued."""
    with talk.database.read() as session:
        return session.scalar(select(func.max(Outbox.id))) or 0
