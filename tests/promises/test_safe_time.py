"""Nothing private, and nothing at a wrong time, reaches a phone that somebody else may hold."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from talk import Talk

from storage.database import Database
from storage.model import Outbox, Person

RED = "My uncle beats me every evening."
ANSWER = "Come to Nizami street tomorrow."
NOTICE = "There is an update for"
WORD = "blue bicycle"


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A focal person, a member, and a migrant."""
    talk = Talk(sqlite_in_use)
    talk.seat("Nigar", "focal")
    talk.seat("Leyla")
    talk.agreed("Farid")
    return talk


def _be_at(talk: Talk, hour: int, day: int = 0) -> None:
    """The council's clock is at this hour, so many days on."""
    here = talk.now.astimezone(ZoneInfo(talk.charter.working_time.zone))
    there = datetime.combine(here.date() + timedelta(days=day), datetime.min.time(), here.tzinfo)
    talk.later(seconds=(there.replace(hour=hour) - here).total_seconds())
    talk.deliver()


def _private(talk: Talk, *chosen: str, word: str = "") -> str:
    """Something private, written and sent with these choices; its reference."""
    talk.write("Farid", RED)
    reference = talk.case().reference
    for does in chosen:
        talk.press("Farid", f"may_write:{reference}:{does}")
    if word:
        talk.press("Farid", f"safe_word:{reference}")
        talk.write("Farid", word)
    talk.press("Farid", f"send:{reference}")
    talk.deliver()
    return reference


def _answered(talk: Talk, reference: str, text: str = ANSWER, who: str = "Nigar") -> None:
    talk.press(who, f"answer:{reference}")
    talk.write(who, text)
    talk.press(who, f"sendit:{reference}")
    talk.deliver()


def _seen_since(talk: Talk, mark: int) -> str:
    return "\n".join(message.text for who, message in talk.said[mark:] if who == "Farid")


def test_neutral_first(talk: Talk) -> None:
    """Who chose nothing: a notice without a word of it, and the text when they ask."""
    reference = _private(talk)
    mark = len(talk.said)
    _answered(talk, reference)
    assert _seen_since(talk, mark).startswith(NOTICE)
    assert "Nizami" not in _seen_since(talk, mark)
    talk.opens("Nigar")
    assert "The writer was told" in talk.screen("Nigar")
    talk.write("Farid", "1")
    talk.deliver()
    assert "Nizami" in talk.screen("Farid")


def test_an_ordinary_answer_is_no_secret(talk: Talk) -> None:
    """What is not private comes at once, as before."""
    case = talk.hand_in("Farid", "How can I learn the language?")
    _answered(talk, case.reference, who="Leyla")
    assert "Nizami" in talk.screen("Farid")


@pytest.mark.parametrize("what", ["answer", "ask", "hand", "close", "late"])
def test_nothing_outside_the_safe_time(talk: Talk, what: str) -> None:
    """Whatever the council does by day: nothing until the evening, then a notice and no text."""
    talk.seat("Rana", "focal")
    reference = _private(talk, "evening")
    _be_at(talk, 10, day=1)
    mark = len(talk.said)
    _does(talk, what, reference)
    _be_at(talk, 16)
    assert _seen_since(talk, mark) == ""
    _be_at(talk, 17)
    talk.deliver()
    assert _seen_since(talk, mark).startswith(NOTICE)
    assert _seen_since(talk, mark).count("\n") == 0
    talk.write("Farid", "1")
    talk.deliver()
    assert reference[:4] in _seen_since(talk, mark + 1)


def _does(talk: Talk, what: str, reference: str) -> None:
    if what == "answer":
        _answered(talk, reference)
    elif what == "ask":
        talk.press("Nigar", f"ask:{reference}")
        talk.write("Nigar", "Where are you?")
        talk.press("Nigar", f"sendit:{reference}")
    elif what == "hand":
        reader = next(c for c in talk.cases() if c.reference == reference).responsible_id
        taker = 3 if reader == 1 else 1
        talk.press("Nigar", f"over:{reference}:{taker}:absent")
    elif what == "close":
        talk.press("Nigar", f"closed:{reference}:solved")
    talk.deliver()


def test_an_ordinary_answer_waits_for_the_safe_time_too(talk: Talk) -> None:
    """A safe time is for everything that we write first."""
    _private(talk, "evening")
    case = talk.hand_in("Farid", "How can I learn the language?")
    mark = len(talk.said)
    _answered(talk, case.reference, who="Leyla")
    assert _seen_since(talk, mark) == ""
    _be_at(talk, 18)
    assert "Nizami" in _seen_since(talk, mark)


def test_what_answers_them_comes_at_once(talk: Talk) -> None:
    """A safe time holds nothing back from somebody who is just writing."""
    _private(talk, "evening")
    mark = len(talk.said)
    talk.write("Farid", "/help")
    talk.deliver()
    assert "/private" in _seen_since(talk, mark)


def test_an_old_reply_waits_as_well(talk: Talk) -> None:
    """A reply that could not go out for hours is not said to whoever holds the phone then."""
    _private(talk, "evening")
    talk.write("Farid", "/help")
    mark = len(talk.said)
    _be_at(talk, 22)
    assert _seen_since(talk, mark) == ""
    _be_at(talk, 18, day=1)
    assert "/private" in _seen_since(talk, mark)


def test_never_first(talk: Talk) -> None:
    """Not even a notice, for days; all of it when they come back."""
    reference = _private(talk, "never")
    mark = len(talk.said)
    _answered(talk, reference)
    talk.later(days=5)
    talk.deliver()
    assert _seen_since(talk, mark) == ""
    talk.opens("Nigar")
    assert "We never write to them first" in talk.screen("Nigar")
    talk.write("Farid", "hello")
    talk.deliver()
    assert "Nizami" in _seen_since(talk, mark)
    assert NOTICE not in _seen_since(talk, mark)


@pytest.mark.parametrize("text", ["1", "hello", "blue", "/requests", "Who is this?", "2", "STOP"])
def test_only_the_word_opens_it(talk: Talk, text: str) -> None:
    """Whatever an abuser writes shows nothing private; the word does, however it is typed."""
    reference = _private(talk, word=WORD)
    _answered(talk, reference)
    mark = len(talk.said)
    talk.write("Farid", text)
    talk.deliver()
    talk.later(hours=30)
    talk.deliver()
    assert "Nizami" not in talk.ever_said("Farid")
    assert "word" not in _seen_since(talk, mark).lower().replace("passwords", "")
    if text == "STOP":
        talk.write("Farid", "START")
        talk.deliver()
        assert "Nizami" not in talk.ever_said("Farid")
    talk.write("Farid", f"{WORD.upper()}.")
    talk.deliver()
    assert "Nizami" in talk.screen("Farid")


def test_presses_open_nothing(talk: Talk) -> None:
    """Old buttons do not either."""
    reference = _private(talk, word=WORD)
    _answered(talk, reference)
    for does in (f"status:{reference}", f"again:{reference}", f"add:{reference}", "menu", "start"):
        talk.press("Farid", does)
        talk.deliver()
    assert "Nizami" not in talk.ever_said("Farid")


def test_the_word_is_kept_nowhere(talk: Talk) -> None:
    """Neither the word nor the message with it is in a request, and it is not asked about."""
    _private(talk, word=WORD)
    talk.write("Farid", WORD)
    talk.deliver()
    assert len(list(talk.cases())) == 1
    with talk.database.read() as session:
        kept = session.scalars(select(Person.safety)).all()
        rows = session.scalars(select(Outbox)).all()
        assert WORD not in str([kept, [(row.args, row.body) for row in rows]])


def test_whoever_only_holds_the_phone_does_not_change_the_word(talk: Talk) -> None:
    """The word is taken away or changed by whoever knows it."""
    reference = _private(talk, word=WORD)
    _answered(talk, reference)
    talk.press("Farid", f"no_word:{reference}")
    talk.press("Farid", f"safe_word:{reference}")
    talk.write("Farid", "green bicycle")
    talk.write("Farid", "green bicycle")
    talk.deliver()
    assert "Nizami" not in talk.ever_said("Farid")
    talk.write("Farid", WORD)
    talk.press("Farid", f"no_word:{reference}")
    talk.deliver()
    assert "Nizami" in talk.screen("Farid")
    with talk.database.read() as session:
        assert not any(session.scalars(select(Person.safety)))


def test_who_asked_and_was_gone(talk: Talk) -> None:
    """Called for, and not to be brought for an hour: then it waits again."""
    reference = _private(talk)
    _answered(talk, reference)
    talk.write("Farid", "1")
    mark = len(talk.said)
    talk.later(hours=1)
    talk.deliver()
    assert "Nizami" not in _seen_since(talk, mark)


@pytest.mark.parametrize("text", ["HELLO", "stop", "abc", "1", "/menu"])
def test_no_usual_word(talk: Talk, text: str) -> None:
    """What anybody may write is no safe word."""
    _private(talk, word=text)
    with talk.database.read() as session:
        assert not any(session.scalars(select(Person.safety)))
