"""Private!: a member moves a request to the focal persons, and loses sight of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from storage.audit import Audit
from storage.model import Case, Person

WORDS = "How can I learn the language? My boss must not know."


@pytest.fixture
def case(talk: Talk) -> Case:
    """Farid's question, read by Leyla."""
    talk.seat("Leyla")
    talk.seat("Vusal", "chair")
    talk.seat("Olga", "operator")
    talk.agreed("Farid")
    return talk.hand_in("Farid", WORDS)


def test_it_vanishes(talk: Talk, case: Case) -> None:
    """The focal person gets it; in the member's chat nothing stays; the writer hears who reads it."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"private!:{case.reference}")
    talk.deliver()
    assert "It leaves your chat at once" in talk.screen("Leyla")
    assert talk.case().track == "ordinary"
    talk.press("Leyla", f"privately:{case.reference}")
    talk.deliver()
    now = talk.case()
    assert (now.track, now.urgency, now.share) == ("private", "P2", "only_member")
    assert 1 in now.excluded
    assert "learn the language" not in talk.screen("Leyla")
    talk.opens("Nigar")
    assert "learn the language" in talk.screen("Nigar")
    talk.write("Farid", "1")
    talk.deliver()
    assert "only a focal person" in talk.screen("Farid")
    assert "Nigar reads it" in talk.screen("Farid")
    talk.press("Leyla", f"open:{case.reference}")
    talk.deliver()
    assert "learn the language" not in talk.screen("Leyla")
    assert "made_private" in talk.work(lambda s: list(s.scalars(select(Audit.what))))


def test_a_digit_after_going_back(talk: Talk, case: Case) -> None:
    """Whoever went back from the question makes nothing private by a number typed later."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"private!:{case.reference}")
    talk.deliver()
    talk.write("Leyla", "2")
    talk.write("Leyla", "1")
    talk.deliver()
    assert talk.case().track == "ordinary"


def test_told_dates_stay(talk: Talk, case: Case) -> None:
    """The new reader answers no later than the writer was told."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"take:{case.reference}")
    talk.later(days=3)
    told = talk.case().answer_by_at
    talk.press("Leyla", f"privately:{case.reference}")
    now = talk.case()
    assert now.responsible_id == 4
    assert now.answer_by_at is not None
    assert told is not None
    assert now.answer_by_at <= told


def test_nobody_may_read_it(talk: Talk, case: Case) -> None:
    """It stays, the member is told so, and chair and operator hear of the number alone."""
    talk.press("Leyla", f"privately:{case.reference}")
    talk.deliver()
    assert talk.case().track == "ordinary"
    assert talk.case().responsible_id == 1
    assert "It stays with you" in talk.screen("Leyla")
    for who in ("Vusal", "Olga"):
        assert case.reference[:4] in talk.screen(who)
        assert "learn the language" not in talk.ever_said(who)
    assert "should be private" in talk.screen("Vusal")
    assert "focal" not in talk.ever_said("Farid")


def test_the_only_focal_person_wrote_it(talk: Talk) -> None:
    """Nobody reads their own request, private or not."""
    talk.seat("Leyla")
    talk.seat("Nigar", "focal", agreed=True)
    case = talk.hand_in("Nigar", "How can I learn the language?")
    assert case.responsible_id == 1
    talk.press("Leyla", f"privately:{case.reference}")
    assert talk.case().responsible_id == 1


def test_a_focal_person_keeps_it(talk: Talk) -> None:
    """Who may read what is private goes on with it, and the writer hears that."""
    talk.seat("Nigar", "focal")
    talk.agreed("Farid")
    case = talk.hand_in("Farid", WORDS)
    talk.press("Nigar", f"privately:{case.reference}")
    talk.deliver()
    assert (talk.case().track, talk.case().responsible_id) == ("private", 1)
    assert talk.case().excluded == []
    assert "Nigar reads it" in talk.screen("Farid")


@pytest.mark.parametrize("state", ["answered", "asked"])
def test_its_state_stays(talk: Talk, case: Case, state: str) -> None:
    """What is answered stays answered, what waits for the writer waits; nothing is unpaused."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"{'answer' if state == 'answered' else 'ask'}:{case.reference}")
    talk.write("Leyla", "There are courses. Which language?")
    talk.press("Leyla", f"sendit:{case.reference}")
    before = talk.case()
    talk.press("Leyla", f"privately:{case.reference}")
    talk.deliver()
    now = talk.case()
    assert (now.state, now.paused_at) == (state, before.paused_at)
    assert now.responsible_id == 4
    talk.opens("Nigar")
    assert "learn the language" in talk.screen("Nigar")


def test_their_safe_time_is_theirs(talk: Talk, case: Case) -> None:
    """Whoever said when we may write gets no notice out of time; who reads it is in the status."""
    talk.seat("Nigar", "focal")

    def only_mornings(session: Session) -> None:
        session.get_one(Person, case.person_id).safety = {"from": "08:00", "to": "10:00"}

    talk.work(only_mornings)
    before = talk.ever_said("Farid")
    talk.press("Leyla", f"privately:{case.reference}")
    talk.deliver()
    assert talk.ever_said("Farid") == before
    talk.press("Farid", f"status:{case.reference}")
    talk.deliver()
    assert "Nigar reads it" in talk.screen("Farid")


def test_an_answer_in_the_making(talk: Talk, case: Case) -> None:
    """A preview that is open when it becomes private is neither sent nor left standing."""
    talk.seat("Nigar", "focal")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are courses.")
    talk.deliver()
    talk.press("Leyla", f"privately:{case.reference}")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "There are courses" not in talk.ever_said("Farid")
    assert "There are courses" not in talk.screen("Leyla")
