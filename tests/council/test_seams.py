"""Where one thing that is done to a request meets another: nothing is lost or seen between them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from talk import Talk
from town import charter

from handlers.council import offices
from handlers.migrant import follow
from handlers.turn import scene_of
from storage.database import Database
from storage.model import Case, Member, Person, Review, Told

QUESTION = "How can I learn the language?"
ANSWER = "There are free courses."


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """Farid asks; answers wait ten seconds."""
    talk = Talk(sqlite_in_use, charter(settle=timedelta(0), undo=timedelta(seconds=10)))
    talk.agreed("Farid")
    return talk


def _sends(talk: Talk, who: str, case: Case, kind: str = "answer", text: str = ANSWER) -> str:
    """They write and send; gives the button that takes it back."""
    talk.press(who, f"{kind}:{case.reference}")
    talk.write(who, text)
    talk.press(who, f"sendit:{case.reference}")
    talk.deliver()
    return next(does for does in talk.buttons(who) if does.startswith("undo:"))


def _waits(talk: Talk) -> list[str]:
    """Which dates its writer was told and still waits for."""
    chosen = select(Told.what).where(Told.ended_at.is_(None)).order_by(Told.what)
    return talk.work(lambda s: list(s.scalars(chosen)))


def _is_read_by(talk: Talk, author: str, case: Case, reader: int) -> None:
    """The author writes an answer, and asks this seat to read it first."""
    talk.press(author, f"answer:{case.reference}")
    talk.write(author, ANSWER)
    talk.press(author, f"second:{case.reference}")
    talk.press(author, f"second:{case.reference}:{reader}")
    talk.deliver()


def test_made_private_before_it_is_taken_back(talk: Talk) -> None:
    """A request without an answer is open, though it was made private while the answer waited."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", QUESTION)
    button = _sends(talk, "Nigar", case)
    talk.press("Nigar", f"privately:{case.reference}")
    talk.deliver()
    assert talk.press("Nigar", button) == "Taken back. Nothing was sent."
    now = talk.case()
    assert (now.state, now.answered_at, now.track) == ("open", None, "private")
    assert now.stage_at is not None
    assert _waits(talk) == ["answer"]


def test_sorted_before_a_question_is_taken_back(talk: Talk) -> None:
    """Nobody waits for the writer of whom nothing was asked; the nearer date stays."""
    talk.seat("Leyla")
    case = talk.hand_in("Farid", QUESTION)
    button = _sends(talk, "Leyla", case, "ask", "Which language?")
    talk.press("Leyla", f"sorted:{case.reference}:class:P2")
    sooner = talk.case().answer_by_at
    assert talk.press("Leyla", button) == "Taken back. Nothing was sent."
    now = talk.case()
    assert (now.state, now.asked_count, now.paused_at, now.closes_at) == ("open", 0, None, None)
    assert now.answer_by_at == sooner
    assert now.stage_at is not None
    assert _waits(talk) == ["answer"]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", ["answer", "ask"])
def test_two_taken_back(talk: Talk, kind: str, first: int) -> None:
    """Whichever of two goes back first, with both of them nothing was ever sent."""
    talk.seat("Leyla")
    case = talk.hand_in("Farid", QUESTION)
    buttons = [_sends(talk, "Leyla", case, kind, text) for text in ("One?", "Two?")]
    for button in (buttons[first], buttons[1 - first]):
        assert talk.press("Leyla", button) == "Taken back. Nothing was sent."
    now = talk.case()
    assert (now.state, now.asked_count, now.answered_at) == ("open", 0, None)
    assert now.stage_at is not None
    assert "answer" in _waits(talk)


def test_private_between_two_that_are_taken_back(talk: Talk) -> None:
    """Also where something else was done between both, nothing was sent in the end."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", QUESTION)
    first = _sends(talk, "Nigar", case, text="One?")
    talk.press("Nigar", f"privately:{case.reference}")
    second = _sends(talk, "Nigar", case, text="Two?")
    for button in (first, second):
        assert talk.press("Nigar", button) == "Taken back. Nothing was sent."
    now = talk.case()
    assert (now.state, now.answered_at, now.closes_at) == ("open", None, None)
    assert _waits(talk) == ["answer"]


def test_dangerous_words_while_a_second_member_reads(talk: Talk) -> None:
    """What its writer adds makes it private; whoever may not read that loses it at once."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", QUESTION)
    talk.seat("Samir")
    _is_read_by(talk, "Nigar", case, 2)
    assert "learn the language" in talk.screen("Samir")

    def show_danger(session: Any) -> None:
        found = session.scalars(select(Case)).one()
        writer = session.get_one(Person, found.person_id)
        follow.make_private(scene_of(session, writer, talk.charter, talk.now), found)

    talk.work(show_danger)
    talk.deliver()
    assert talk.case().track == "private"
    assert "learn the language" not in talk.screen("Samir")
    assert "Samir cannot read it" in talk.ever_said("Nigar")


def test_private_while_a_second_member_reads(talk: Talk) -> None:
    """Whoever may not read what is private loses it at once, and the author hears of it."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", QUESTION)
    talk.seat("Samir")
    _is_read_by(talk, "Nigar", case, 2)
    assert "learn the language" in talk.screen("Samir")
    talk.press("Nigar", f"privately:{case.reference}")
    talk.deliver()
    assert "learn the language" not in talk.screen("Samir")
    assert ANSWER not in talk.screen("Samir")
    assert "Samir cannot read it" in talk.screen("Nigar")


def test_a_second_reader_whom_it_comes_to_concern(talk: Talk) -> None:
    """Who stands in for somebody complained about reads an answer to it no more."""
    talk.seat("Leyla")
    case = talk.hand_in("Farid", QUESTION)
    talk.seat("Samir")
    talk.seat("Vusal")

    def is_about(session: Any) -> None:
        complaint = session.scalars(select(Case)).one()
        complaint.about, complaint.subjects = "member", [3]

    talk.work(is_about)
    _is_read_by(talk, "Leyla", case, 2)
    assert "learn the language" in talk.screen("Samir")

    def stands_in(session: Any) -> None:
        session.get_one(Member, 3).substitute_id = 2
        session.flush()
        offices.settle(session, talk.charter, talk.now)

    talk.work(stands_in)
    talk.deliver()
    assert "learn the language" not in talk.screen("Samir")
    assert [one.state for one in talk.work(lambda s: list(s.scalars(select(Review))))] == [
        "declined"
    ]
    assert "Samir cannot read it" in talk.screen("Leyla")


def test_one_text_to_all_while_a_second_member_reads(talk: Talk) -> None:
    """What was answered with the others is read by nobody else any more, and answered once."""
    talk.seat("Leyla")
    cases = [talk.hand_in("Farid", QUESTION) for _ in range(2)]
    talk.press("Leyla", f"linked:{cases[0].reference}:{cases[1].reference}")
    talk.seat("Samir")
    _is_read_by(talk, "Leyla", cases[0], 2)
    assert "learn the language" in talk.screen("Samir")
    of = cases[0].reference
    talk.press("Leyla", f"all:{of}:answer")
    talk.write("Leyla", "Courses begin in May.")
    talk.press("Leyla", f"bulk:{of}:next:0")
    talk.press("Leyla", f"bulk:{of}:send:1")
    talk.deliver()
    assert [one.state for one in talk.cases()] == ["answered", "answered"]
    assert "learn the language" not in talk.screen("Samir")
    talk.press("Leyla", f"reviewed:{of}:1")
    talk.deliver()
    assert f"sendit:{of}" not in talk.buttons("Leyla")
