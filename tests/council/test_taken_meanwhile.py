"""What is shown in the very moment in which its reader loses it does not stay, on PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from ministry import LET_READ, Ministry
from sqlalchemy import select
from talk import Talk
from two_hands import until_waiting

from bot import claims, outcomes
from bot.errand import Errand
from handlers.council.release_send import key
from storage import cases, outbox, people, recipients
from storage.database import Database
from storage.model import Released

WORDS = "How can I learn the language?"


def _errand(talk: Talk, who: str) -> Errand | None:
    return claims.claim(talk.ledger, people.chat_hash("telegram", talk.addresses[who]))


def _says(talk: Talk, who: str) -> None:
    """What waits for them is taken, shown, and kept as shown."""
    _keeps(talk, _errand(talk, who))


def _keeps(talk: Talk, errand: Errand | None) -> None:
    if errand is not None:
        outcomes.done(talk.ledger, errand, talk.carry(errand))


def _other_hand(talk: Talk, who: str, moment: str) -> Callable[[], None]:
    """What another hand does in between: it keeps what is under way, or begins with what waits."""
    if moment == "begins":
        return lambda: _says(talk, who)
    errand = _errand(talk, who)
    assert errand is not None
    return lambda: _keeps(talk, errand)


@contextmanager
def _after(
    talk: Talk,
    module: Any,
    question: str,
    does: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Another hand does something once this one has asked what stands in a chat."""
    asked, others = getattr(module, question), list[Future[None]]()
    with ThreadPoolExecutor(1) as hand, monkeypatch.context() as patch:

        def and_then(*args: Any) -> Any:
            found = asked(*args)
            if not others:
                others.append(hand.submit(does))
                until_waiting(talk.database, others[0])
            return found

        patch.setattr(module, question, and_then)
        yield
        others[0].result(10)
    talk.deliver()


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_given_to_another(
    postgresql_in_use: Database, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chair gives a request on while its card is on the way to its former reader."""
    talk = Talk(postgresql_in_use)
    for name, role in (("Leyla", "member"), ("Samir", "member"), ("Vusal", "chair")):
        talk.seat(name, role)
    talk.agreed("Farid")
    reference = talk.hand_in("Farid", WORDS).reference
    talk.press("Vusal", f"give:{reference}")
    talk.press("Vusal", f"giveto:{reference}:2")
    talk.deliver()
    talk.press("Leyla", f"open:{reference}")
    other = _other_hand(talk, "Leyla", moment)
    with _after(talk, cases, "shown_to_member", other, monkeypatch):
        talk.press("Vusal", f"given:{reference}:2:absent")
    assert WORDS in talk.screen("Samir")
    assert WORDS not in talk.screen("Leyla")


@pytest.mark.parametrize("moment", ["begins", "ends"])
def test_deleted_by_its_writer(
    postgresql_in_use: Database, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    with _after(talk, outbox, "standing", other, monkeypatch):
        talk.press("Farid", "forget:now")
    assert not talk.work(lambda s: s.scalars(select(Released).where(Released.id == number)).all())
    assert LET_READ not in talk.screen("Kamran")
