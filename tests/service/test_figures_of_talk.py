"""What people really do with the bot is counted as the figures say."""

from datetime import timedelta

import pytest
from talk import Talk
from town import charter

from handlers import dates
from handlers.rules import weeks
from handlers.rules.figures import Exact, Safeguarding
from handlers.service import figures
from storage.database import Database

QUESTION = "How can I learn the language?"
WEEK = "2026-W48"


@pytest.fixture
def talk(database: Database) -> Talk:
    """Leyla reads; Farid and Rana write. It is Tuesday."""
    talk = Talk(database, charter(settle=timedelta(0), undo=timedelta(seconds=10)))
    talk.seat("Leyla")
    talk.agreed("Farid")
    talk.agreed("Rana")
    return talk


def counted(talk: Talk, week: str = WEEK) -> Exact:
    """The figures of a week, as far as it has come."""
    start, end = weeks.bounds(week, talk.charter.working_time.zone)
    with talk.database.window() as window:
        return figures.exact(window, dates.calendar(talk.charter), start, min(end, talk.now))


def answers(talk: Talk, reference: str, kind: str = "answer") -> None:
    """Leyla sends it, and it goes."""
    talk.press("Leyla", f"{kind}:{reference}")
    talk.write("Leyla", "There are free courses.")
    talk.press("Leyla", f"sendit:{reference}")
    talk.later(seconds=11)
    talk.deliver()


def test_a_good_week(talk: Talk) -> None:
    """Both wrote, Farid twice; he was answered, it helped, and it was closed."""
    first = talk.hand_in("Farid", QUESTION)
    talk.hand_in("Farid", "My employer keeps my wages since June.")
    talk.hand_in("Rana", QUESTION)
    talk.later(hours=1)
    answers(talk, first.reference)
    talk.press("Farid", f"rate:{first.reference}:helped")
    talk.press("Farid", f"done:{first.reference}")
    found = counted(talk)
    assert (found.received, found.answered, found.closed, found.told) == (2, 1, 1, 1)
    assert (found.promised, found.in_time, found.overdue) == (1, 1, 0)
    assert (found.rated, found.helped) == (1, 1)
    assert found.read_after.people == found.answered_after.people == 1
    assert found.read_after.median is not None
    assert 3600 <= found.read_after.median < 3700
    assert found.tables["channel"] == {"telegram": 2}
    assert sum(found.tables["topic"].values()) == 3


def test_late_and_apologised_for(talk: Talk) -> None:
    """Nobody read it: the dates are missed, and they wait on though they have new ones."""
    talk.hand_in("Farid", QUESTION)
    talk.later(days=6)
    found = counted(talk)
    assert (found.promised, found.in_time, found.overdue) == (1, 0, 1)
    answers(talk, talk.case().reference)
    later = counted(talk)
    assert later.overdue == 1, "at the end of that week they waited"
    assert counted(talk, "2026-W49").overdue == 0


def test_whoever_is_asked_is_not_waiting(talk: Talk) -> None:
    """The date passes while Farid is the one who is asked."""
    case = talk.hand_in("Farid", QUESTION)
    talk.later(hours=1)
    answers(talk, case.reference, "ask")
    talk.later(days=6)
    found = counted(talk)
    assert (found.promised, found.in_time, found.overdue, found.answered) == (1, 1, 0, 0)
    assert counted(talk, "2026-W49").overdue == 0
    talk.write("Farid", "In Ganja")
    talk.later(days=12)
    assert counted(talk, "2026-W50").overdue == 1


def test_answered_without_waiting_for_what_was_asked(talk: Talk) -> None:
    """The clock stood still when the date passed: an answer after it is in time."""
    case = talk.hand_in("Farid", QUESTION)
    talk.later(hours=1)
    answers(talk, case.reference, "ask")
    talk.later(days=7)
    answers(talk, case.reference)
    talk.later(minutes=1)
    found = counted(talk, "2026-W49")
    assert (found.answered, found.promised, found.in_time) == (1, 1, 1)


def test_taken_back(talk: Talk) -> None:
    """What was taken back kept no date and answered nobody."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are free courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.press("Leyla", next(does for does in talk.buttons("Leyla") if does.startswith("undo:")))
    talk.later(minutes=5)
    talk.deliver()
    assert counted(talk).answered == 0
    talk.later(days=20)
    assert counted(talk, "2026-W50").in_time == 0
    assert counted(talk, "2026-W50").overdue == 1


def test_opened_again_and_forgotten(talk: Talk) -> None:
    """Opening it again is counted; who deletes everything is counted in nothing any more."""
    case = talk.hand_in("Farid", QUESTION)
    talk.press("Leyla", f"closed:{case.reference}:solved")
    talk.deliver()
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "It is still so.")
    talk.deliver()
    found = counted(talk)
    assert (found.received, found.closed, found.told, found.reopened) == (1, 1, 1, 1)
    for step in ("forget", "forget:sure", "forget:now"):
        talk.press("Farid", step)
    found = counted(talk)
    assert (found.received, found.closed, found.told, found.reopened) == (0, 0, 0, 0)


def test_private_requests_are_counted_apart(talk: Talk) -> None:
    """They are in no figure of a week, and by themselves in their quarter."""
    talk.seat("Nasrin", "focal")
    talk.hand_in("Farid", "My uncle beats me and keeps my passport.")
    assert talk.case().track == "private"
    nothing = counted(talk)
    assert (nothing.received, nothing.promised, nothing.tables["topic"]) == (0, 0, {})
    talk.press("Nasrin", f"take:{talk.case().reference}")
    zone = talk.charter.working_time.zone
    with talk.database.window() as window:
        span = weeks.quarter_bounds(weeks.quarter_of(WEEK), zone)
        calendar = dates.calendar(talk.charter)
        found = figures.safeguarding(window, calendar, *span)
    assert found == Safeguarding(people=1, in_time=1)
    assert counted(talk) == nothing
