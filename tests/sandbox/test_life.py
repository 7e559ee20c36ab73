"""Four weeks that a council lived before the demo begins."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.charter_file import read_charter
from bot.sandbox import life, service_side
from handlers.rules.deadlines import Calendar
from storage import audit
from storage.database import Database
from storage.model import CLOSED, SENT, Case, Member, Outbox, Proposal

CHARTER = service_side.with_service(read_charter(Path(__file__).parents[2] / "council.toml"))
THURSDAY = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
MONDAYS = [datetime(2026, 11, 9, tzinfo=UTC) + week * life.WEEK for week in range(4)]


def test_everybody_was_answered_and_nobody_is_left(
    sqlite_in_use: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request is closed, its council is gone, and no phone of the demo hears of it later."""
    monkeypatch.setattr(life, "PEOPLE", (3, 2, 2, 4))  # the demo has more
    accounts = life.play(sqlite_in_use, CHARTER, THURSDAY)
    with sqlite_in_use.read() as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        assert len(accounts) == 11 + len(life.COUNCIL)
        assert {case.state for case in cases} == {CLOSED}
        assert len({case.person_id for case in cases}) == 11
        assert all(case.answered_at is not None for case in cases)
        came = sorted(case.handed_in_at for case in cases if case.handed_in_at is not None)
        assert [sum(monday <= at < monday + life.WEEK for at in came) for monday in MONDAYS] == [
            *(3, 2, 2, 4)
        ]
        assert came[-1] < THURSDAY
        assert session.scalar(select(func.count()).where(Member.left_at.is_(None))) == 0
        waiting = select(Outbox.show).where(Outbox.state != SENT, Outbox.due_at <= THURSDAY)
        assert session.scalars(waiting).all() == []
        assert list(audit.verify(session)) == []
        # who takes the pictures anew gets the same digest
        assert [case.topic for case in cases][:4] == ["health", "residence", "education", "labour"]


def test_the_service_is_asked_for_something(
    sqlite_in_use: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What many waited for became a proposal, which stands until somebody answers it."""
    monkeypatch.setattr(life, "PEOPLE", (14, 4, 2, 1))
    life.play(sqlite_in_use, CHARTER, THURSDAY)
    with sqlite_in_use.read() as session:
        proposal = session.scalars(select(Proposal)).one()
        assert (proposal.state, proposal.unit) == ("sent", next(iter(CHARTER.units)))
        assert proposal.evidence[0] >= 5


@pytest.mark.parametrize("day", range(1, 15))
def test_the_demo_begins_on_the_day_before_the_draft(day: int) -> None:
    """Whatever day it is, there is an open council, and a draft that is not a day away."""
    now = datetime(2026, 12, day, 15, 30, tzinfo=UTC)
    begins = service_side.day_before_draft(CHARTER, now)
    assert Calendar(CHARTER.working_time).is_open(begins)
    draft, digest = (each.after(begins, "Asia/Baku") for each in service_side.moments(CHARTER))
    assert (draft - begins).days <= 1
    assert draft < digest
