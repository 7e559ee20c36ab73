"""What was queued for somebody never reaches them once they may not see it any more."""

from collections.abc import Callable

import pytest
from talk import Talk

from handlers.council import membership
from storage.database import Database

WORDS = "How can I learn the language, asks Mirvari?"
RED = "My uncle beats me every evening."


@pytest.fixture
def talk(database: Database) -> Talk:
    """A council of four, and a migrant with a request that Leyla reads."""
    talk = Talk(database)
    talk.seat("Leyla")
    talk.seat("Nigar", "focal", languages="ru")
    talk.seat("Samir", languages="az")
    talk.agreed("Farid")
    talk.agreed("Rana")
    return talk


def _leaves(talk: Talk, alias: str = "Leyla") -> None:
    talk.work(lambda s: membership.leave(s, talk.charter, alias, talk.now))


def _seat_id(talk: Talk, alias: str) -> int:
    return list(talk.addresses).index(alias) + 1


def _to_samir(talk: Talk) -> None:
    talk.press("Leyla", f"over:{talk.case().reference}:{_seat_id(talk, 'Samir')}:topic")


def _private(talk: Talk) -> None:
    talk.press("Farid", f"add:{talk.case().reference}")
    talk.write("Farid", RED)


def _erases(talk: Talk) -> None:
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)


LOST = {"handed over": _to_samir, "private": _private, "erased": _erases, "left": _leaves}


def _handed_in(talk: Talk) -> None:
    talk.write("Farid", WORDS)
    talk.press("Farid", f"send:{talk.case().reference}")


def _delivered(talk: Talk) -> None:
    talk.hand_in("Farid", WORDS)


def _card(talk: Talk) -> None:
    """The card stays in the outbox; what came before it went out."""


def _fresh_card(talk: Talk) -> None:
    talk.press("Leyla", f"open:{talk.case().reference}")


def _whole(talk: Talk) -> None:
    talk.press("Leyla", f"whole:{talk.case().reference}")


def _desk(talk: Talk) -> None:
    talk.press("Leyla", "desk")


def _preview(talk: Talk) -> None:
    talk.press("Leyla", f"answer:{talk.case().reference}")
    talk.write("Leyla", "An answer that quotes Mirvari.")


def _reminder(talk: Talk) -> None:
    talk.later(hours=9)


QUEUED: dict[str, tuple[Callable[[Talk], None], Callable[[Talk], None]]] = {
    "card": (_handed_in, _card),
    "card again": (_delivered, _fresh_card),
    "whole text": (_delivered, _whole),
    "preview": (_delivered, _preview),
    "reminder": (_delivered, _reminder),
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("queued", QUEUED)
def test_nothing_queued_reaches_who_lost_it(talk: Talk, queued: str, lost: str) -> None:
    """Queued, then lost, then sent: not a word of it arrives, and what stood there is gone."""
    before, queue = QUEUED[queued]
    before(talk)
    queue(talk)
    said = len(talk.said)
    LOST[lost](talk)
    talk.deliver()
    arrived = "\n".join(m.text for who, m in talk.said[said:] if who == "Leyla")
    assert "Mirvari" not in arrived
    assert "Mirvari" not in talk.screen("Leyla")
    assert "waits" not in arrived
    if lost == "private":
        talk.opens("Nigar")
    if lost != "erased":
        assert ("Mirvari" in talk.screen("Nigar")) == (lost == "private")


def test_lists_and_alerts_end_with_the_seat(talk: Talk) -> None:
    """A desk's list, a notice to the chair and an operator's alert, all sent too late."""
    reference = talk.hand_in("Farid", WORDS).reference
    number = f"{reference[:4]} {reference[4:8]} {reference[8]}"
    talk.seat("Olga", "operator")
    talk.seat("Vusal", "chair")
    talk.later(hours=30)  # past the date to be read by: the chair hears of it
    talk.press("Leyla", "desk")
    talk.work(
        lambda s: membership.leave(s, talk.charter, "Nigar", talk.now)
    )  # nothing of hers; then a private request has no reader, and the operator hears of it
    talk.press("Rana", "write:question")
    talk.write("Rana", RED)
    talk.press("Rana", f"send:{talk.case().reference}")
    for name in ("Leyla", "Olga", "Vusal"):
        _leaves(talk, name)
    talk.deliver()
    assert number not in talk.ever_said("Vusal")
    assert "nobody_responsible" not in talk.ever_said("Olga")
    assert "Your desk" not in talk.ever_said("Leyla")
    for name in ("Leyla", "Olga", "Vusal"):
        assert "seat in the council has ended" in talk.screen(name)


def test_answers_go_only_where_the_request_is_now(talk: Talk) -> None:
    """An answer queued for one phone, opened on another meanwhile, arrives on the other alone."""
    case = talk.hand_in("Farid", WORDS)
    reference = case.reference
    talk.press("Leyla", f"answer:{reference}")
    talk.write("Leyla", "There are courses in the evening.")
    talk.press("Leyla", f"sendit:{reference}")
    talk.opens_here("Rana", case, "Farid")
    talk.deliver()
    assert "courses in the evening" in talk.screen("Rana")
    assert "courses in the evening" not in talk.ever_said("Farid")
    talk.press("Farid", f"again:{reference}")
    talk.press("Farid", f"status:{reference}")
    talk.deliver()
    assert "courses in the evening" not in talk.ever_said("Farid")


def test_nothing_is_said_to_who_was_forgotten(talk: Talk) -> None:
    """Everything queued for somebody who deletes all goes with them; only the farewell is said."""
    reference = talk.hand_in("Farid", WORDS).reference
    talk.press("Leyla", f"answer:{reference}")
    talk.write("Leyla", "There are courses in the evening.")
    talk.press("Leyla", f"sendit:{reference}")
    talk.write("Farid", "thank you")
    _erases(talk)
    said = len(talk.said)
    talk.deliver()
    arrived = [m.text for who, m in talk.said[said:] if who == "Farid"]
    assert len(arrived) == 1
    assert "Deleted on our side" in arrived[0]
