"""What becomes of an answer while its card is on the way, told by two hands at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk
from two_hands import statements, until_waiting

from bot import claims, outcomes
from bot.errand import Errand
from handlers import delivered
from storage.database import Database
from storage.model import SENDING, WAITING, Outbox, Shown

HAS_READ = "The writer has read your last answer."
ARRIVED = "Your last answer is on the writer's phone."


@pytest.fixture
def talk(postgresql_in_use: Database) -> Talk:
    """An answer went out and its card was shrunk; Leyla has just pressed Open."""
    talk = Talk(postgresql_in_use)
    talk.seat("Leyla")
    talk.agreed("Farid")
    case = talk.hand_in("Farid", "How can I learn the language?")
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.later(seconds=11)
    talk.deliver()
    talk.work(_shrink)
    talk.press("Leyla", f"open:{case.reference}")
    return talk


def _shrink(session: Session) -> None:
    for seen in session.scalars(select(Shown).where(Shown.show == "card")):
        seen.state = "shrunk"


def _card(session: Session) -> Outbox:
    return session.scalars(
        select(Outbox).where(Outbox.show == "card", Outbox.state == WAITING)
    ).one()


def _told(talk: Talk, standing: str = "read") -> None:
    """The provider tells how far the answer came."""
    with talk.database.begin() as session:
        answer = session.scalars(select(Outbox).where(Outbox.show == "answer")).one()
        delivered.arrived(session, answer, standing, talk.now)


def _taken(talk: Talk) -> Errand:
    [chat], _ = claims.look(talk.ledger, (), (), 100)
    errand = claims.claim(talk.ledger, chat)
    assert errand is not None
    return errand


def test_shown_between_two_questions(talk: Talk) -> None:
    """The card was drawn before; it comes to stand after the first statement of who keeps it.

    Then the same after the second, and so on.
    """
    after, made = 0, 1
    while after < made:
        after += 1
        errand = _taken(talk)
        assert errand.kind == "card"
        told, says = [("read", HAS_READ), ("delivered", ARRIVED)][after % 2]
        made = _tells(talk, told, after, errand)
        talk.deliver()
        assert says in talk.screen("Leyla"), f"after statement {after} of {made}"
        talk.work(_shrink)
        talk.press("Leyla", f"open:{talk.case().reference}")
    assert made > 5


def _tells(talk: Talk, standing: str, after: int, errand: Errand) -> int:
    """The provider tells it, and the card is shown after so many statements; gives how many."""
    with ThreadPoolExecutor(1) as hand:

        def then_shown() -> None:
            hand.submit(outcomes.done, talk.ledger, errand, talk.carry(errand)).result(10)

        with statements(after, then_shown) as made:
            _told(talk, standing)
    return made[0]


def test_taken_at_the_same_moment(talk: Talk) -> None:
    """It is being drawn by somebody of whom nobody else can know yet: that is waited for."""
    with ThreadPoolExecutor(1) as hand:
        with talk.database.begin() as session:
            card = _card(session)
            card.state = SENDING
            session.flush()
            reading = hand.submit(_told, talk)
            until_waiting(talk.database, reading)
        reading.result(10)
    assert talk.work(_card).id != card.id, "it is drawn once more"


def test_still_waiting_its_turn(talk: Talk) -> None:
    """It is drawn when its turn comes, as things stand then, and not twice."""
    _told(talk)
    before = len(talk.said)
    talk.deliver()
    assert HAS_READ in talk.screen("Leyla")
    assert [who for who, _ in talk.said[before:]] == ["Leyla"]
