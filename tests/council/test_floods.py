"""Very many messages from one person: all are taken, few are answered, help always comes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from talk import Talk

from storage.model import Case, Entry

MANY = 9
DANGER = "Help, he wants to kill me"


@pytest.fixture
def rana(talk: Talk) -> str:
    """Rana has agreed; Leyla sits in the council. More than five messages are a flood."""
    talk.charter = replace(talk.charter, flood_messages=5)
    talk.seat("Leyla")
    return talk.agreed("Rana")


def said_to(talk: Talk, who: str) -> list[str]:
    """What was shown to somebody, in order."""
    return [message.text for name, message in talk.said if name == who]


def flood(talk: Talk, who: str, text: str = "Please answer number", many: int = MANY) -> None:
    """So many messages, each delivered before the next."""
    for number in range(many):
        talk.write(who, f"{text} {number}.")
        talk.deliver()


def messages(talk: Talk, case: Case) -> int:
    """How many messages a request holds."""
    count = select(func.count()).where(Entry.case_id == case.id, Entry.kind == "message")
    return talk.work(lambda s: s.scalar(count) or 0)


def test_a_draft_is_collected(talk: Talk, rana: str) -> None:
    """One word about it, then silence, and one screen when it is over; nothing is lost."""
    flood(talk, rana)
    case = talk.case()
    assert messages(talk, case) == MANY
    said = said_to(talk, rana)
    assert sum("Many messages came" in text for text in said) == 1
    assert len(said) == talk.charter.flood_messages + 1
    talk.later(minutes=10)
    talk.deliver()
    assert f"{MANY} parts" in talk.screen(rana)
    assert len(said_to(talk, rana)) == talk.charter.flood_messages + 2


def test_buttons_and_commands_are_answered(talk: Talk, rana: str) -> None:
    """The draft's own button sends it; commands are answered at once."""
    flood(talk, rana)
    talk.write(rana, "/requests")
    talk.deliver()
    assert "You have not sent anything yet" in talk.screen(rana)
    case = talk.case()
    talk.press(rana, f"send:{case.reference}")
    talk.deliver()
    assert "We have your message" in talk.ever_said(rana)
    assert talk.case().state == "open"


def test_a_request_is_added_to_in_silence(talk: Talk, rana: str) -> None:
    """The reader's card is brought up to date once where it stands, instead of each time below."""
    case = talk.hand_in(rana, "Where is the school?")
    flood(talk, rana, f"{case.reference} please tell me soon", MANY)
    assert messages(talk, case) == MANY + 1
    cards = said_to(talk, "Leyla")
    assert len(cards) == talk.charter.flood_messages
    talk.press("Leyla", f"take:{case.reference}")
    talk.deliver()
    assert len(said_to(talk, "Leyla")) == len(cards) + 1
    assert f"soon {MANY - 1}." in talk.screen("Leyla")
    talk.write(rana, f"{case.reference} please tell me once more")
    talk.write(rana, f"{case.reference} please tell me at last")
    talk.deliver()
    assert "at last" not in talk.screen("Leyla")
    talk.later(minutes=10)
    talk.deliver()
    assert "at last" in talk.screen("Leyla")
    assert len(said_to(talk, "Leyla")) == len(cards) + 2


def test_help_comes_at_once(talk: Talk, rana: str) -> None:
    """Words of danger are answered in the middle of a flood, and their reader sees them."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in(rana, "Where is the school?")
    flood(talk, rana, f"{case.reference} please tell me soon", MANY)
    said = len(said_to(talk, rana))
    talk.write(rana, f"{case.reference} {DANGER}")
    talk.deliver()
    assert "If you are in danger now" in "\n".join(said_to(talk, rana)[said:])
    talk.opens("Nigar")
    assert DANGER in talk.screen("Nigar")


def test_an_answer_to_a_question_is_shown(talk: Talk, rana: str) -> None:
    """Whoever was asked something and answers it in a flood is heard."""
    case = talk.hand_in(rana, "Where is the school?")
    flood(talk, rana, f"{case.reference} please tell me soon", MANY)
    talk.press("Leyla", f"ask:{case.reference}")
    talk.write("Leyla", "Which school?")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.write(rana, "The one for adults.")
    talk.deliver()
    assert "for adults" in talk.screen("Leyla")


def test_slow_writers_are_answered(talk: Talk, rana: str) -> None:
    """Many messages over hours are no flood."""
    for number in range(MANY):
        talk.write(rana, f"Message {number}.")
        talk.deliver()
        talk.now += timedelta(minutes=2)
    assert "Many messages came" not in talk.ever_said(rana)
    assert len(said_to(talk, rana)) == MANY


def test_others_are_answered(talk: Talk, rana: str) -> None:
    """One person's flood silences nobody else."""
    flood(talk, rana)
    talk.agreed("Farid")
    talk.write("Farid", "Where is the school?")
    talk.deliver()
    assert "1 part" in talk.screen("Farid")
