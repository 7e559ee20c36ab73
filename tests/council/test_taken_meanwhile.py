"""What is shown in the very moment in which its reader loses it does not stay, on PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from ministry import LET_READ, Ministry
from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk
from two_hands import statements, until_waiting

from bot import claims, outcomes
from bot.errand import Errand
from handlers.council import cards
from handlers.council.release_send import key
from handlers.turn import scene_of
from storage import members, outbox, people, recipients
from storage.database import Database
from storage.model import Case, Member, Released

WORDS = "How can I learn the language?"


def _errand(talk: Talk, who: str) -> Errand | None:
    return claims.claim(talk.ledger, people.chat_hash("telegram", talk.addresses[who]))


def _says(talk: Talk, who: str) -> None:
    """What waits for them is taken, shown, and kept as shown."""
    _keeps(talk, who, _errand(talk, who))


def _keeps(talk: Talk, who: str, errand: Errand | None) -> None:
    """It is kept as shown; taken back, as the carrier does, where it may not be kept any more."""
    if errand is None:
        return
    done = talk.carry(errand)
    if not outcomes.done(talk.ledger, errand, done):
        for message_id in done.sent.message_ids:
            talk.chats[who].pop(message_id)


def _other_hand(talk: Talk, who: str, moment: str) -> Callable[[], None]:
    """What another hand does in between: it keeps what is under way, or begins with what waits."""
    if moment == "begins":
        return lambda: _says(talk, who)
    errand = _errand(talk, who)
    assert errand is not None
    return lambda: _keeps(talk, who, errand)


@contextmanager
def _after(talk: Talk, does: Callable[[], None], *question: str) -> Iterator[None]:
    """Another hand does something once this one has asked that: what stands in a chat."""
    others = list[Future[None]]()
    with ThreadPoolExecutor(1) as hand:

        def and_then() -> None:
            others.append(hand.submit(does))
            until_waiting(talk.database, others[0])

        with statements(1, and_then, "FROM shown", *question):
            yield
        others[0].result(10)
    talk.deliver()


def _council(talk: Talk) -> Talk:
    for name, role in (("Leyla", "member"), ("Samir", "member"), ("Vusal", "chair")):
        talk.seat(name, role)
    return talk


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_given_to_another(postgresql_in_use: Database, moment: str) -> None:
    """The chair gives a request on while its card is on the way to its former reader."""
    talk = _council(Talk(postgresql_in_use))
    talk.agreed("Farid")
    reference = talk.hand_in("Farid", WORDS).reference
    talk.press("Vusal", f"give:{reference}")
    talk.press("Vusal", f"giveto:{reference}:2")
    talk.deliver()
    talk.press("Leyla", f"open:{reference}")
    other = _other_hand(talk, "Leyla", moment)
    with _after(talk, other, "AND shown.member_id"):
        talk.press("Vusal", f"given:{reference}:2:absent")
    assert WORDS in talk.screen("Samir")
    assert WORDS not in talk.screen("Leyla")


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_deleted_by_its_writer(postgresql_in_use: Database, moment: str) -> None:
    """Everything is deleted while a released text is on the way to the Service."""
    here = Ministry(postgresql_in_use)
    talk, kamran = here.talk, here.recipient("permits")
    number = next(one.id for one in here.rows(Released) if one.text == LET_READ)
    args = {"number": number, "recipient": kamran.id}
    talk.work(
        lambda s: outbox.add(
            s, recipients.chat_of(s, kamran), "released", talk.now, args=args, key=key(number)
        )
    )
    other = _other_hand(talk, "Kamran", moment)
    for step in ("forget:ask", "forget:sure"):
        talk.press("Farid", step)
    with _after(talk, other, key(number)):
        talk.press("Farid", "forget:now")
    assert not talk.work(lambda s: s.scalars(select(Released).where(Released.id == number)).all())
    assert LET_READ not in talk.screen("Kamran")


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_out_of_sight(postgresql_in_use: Database, moment: str) -> None:
    """Whoever takes it from a member's sight need not have held it before."""
    talk = _council(Talk(postgresql_in_use))
    talk.agreed("Farid")
    case = talk.hand_in("Farid", WORDS)
    talk.press("Leyla", f"open:{case.reference}")
    other = _other_hand(talk, "Leyla", moment)

    def goes(session: Session) -> None:
        here, leyla = session.get_one(Case, case.id), session.get_one(Member, 1)
        there = scene_of(session, members.person_of(session, leyla), talk.charter, talk.now)
        cards.lose_sight(there, here, leyla)
        here.responsible_id = 2

    with _after(talk, other, "AND shown.member_id"):
        talk.work(goes)
    assert WORDS not in talk.screen("Leyla")


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_let_go(postgresql_in_use: Database, moment: str) -> None:
    """A member goes while what they asked for as a member is on the way to them."""
    talk = _council(Talk(postgresql_in_use))
    talk.press("Vusal", "letgo:2")
    talk.deliver()
    talk.write("Samir", "/desk")
    other = _other_hand(talk, "Samir", moment)
    with _after(talk, other, "WHERE shown.member_id"):
        talk.press("Vusal", "gone:2")
    assert not any("view:" in does for does in talk.buttons("Samir"))
    assert "desk" not in talk.screen("Samir")
