"""Consent: nothing is kept without it for longer than the hour, and nothing typed meanwhile is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from talk import CHANNEL, Talk

from handlers import inbound
from handlers.messages import Attachment, Incoming
from handlers.rules import consent
from storage.model import Case, Entry, Newcomer, Person

WORDS = "The landlord keeps our deposit"
VOICE = Attachment(kind="voice", file_id="voice-1", seconds=7)


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member; somebody who never wrote; somebody who agreed to an older text."""
    talk.seat("Leyla")
    talk.somebody("Farid")
    talk.agreed("Rana")


@pytest.fixture
def changed(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of consent has changed since Rana agreed."""
    monkeypatch.setattr(consent, "TEXT_VERSION", "2027-01-1")


def _entries(talk: Talk) -> list[str]:
    return talk.work(lambda s: list(s.scalars(select(Entry.text).order_by(Entry.id))))


def _held(talk: Talk) -> list[Newcomer]:
    return talk.work(lambda s: list(s.scalars(select(Newcomer))))


@pytest.mark.parametrize("between", ["consent:more", "menu", "requests", "languages", "delete"])
def test_nothing_typed_is_lost_while_asked_again(talk: Talk, changed: None, between: str) -> None:
    """What was typed while the new text waits for an answer outlives every other button."""
    talk.write("Rana", WORDS)
    talk.write("Rana", attachments=(VOICE,))
    talk.press("Rana", between)
    talk.press("Rana", "consent:yes")
    talk.deliver()
    assert _entries(talk) == [WORDS, ""]
    assert _held(talk) == []


def test_what_is_typed_without_new_consent_goes_after_an_hour(talk: Talk, changed: None) -> None:
    """Somebody who does not answer the new text has nothing kept of what they wrote since."""
    talk.write("Rana", WORDS)
    talk.deliver()
    assert "60 minutes" in talk.screen("Rana")
    talk.later(minutes=61)
    rana = talk.work(lambda s: s.scalar(select(Person).order_by(Person.id.desc())))
    assert WORDS not in str(rana.screen_args)
    assert _held(talk) == []
    talk.press("Rana", "consent:yes")
    assert _entries(talk) == []


def test_refusing_the_new_text_forgets_what_was_typed(talk: Talk, changed: None) -> None:
    """ "I do not agree" to a new text drops what was typed since."""
    talk.write("Rana", WORDS)
    talk.press("Rana", "consent:no")
    assert _held(talk) == []
    assert _entries(talk) == []


def test_no_edit_is_kept_without_new_consent(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit is new words: it waits for consent to the new text like any others."""
    talk.hand_in("Rana", WORDS)
    monkeypatch.setattr(consent, "TEXT_VERSION", "2027-01-1")
    talk.edit("Rana", talk.mine["Rana"][0], f"{WORDS}. His name is Mirvari.")
    talk.deliver()
    assert _entries(talk) == [WORDS]
    assert "read it again" in talk.screen("Rana")
    talk.edit("Rana", talk.mine["Rana"][0], WORDS)
    talk.press("Rana", "consent:yes")


def test_a_member_who_never_agreed(talk: Talk) -> None:
    """A member's own words wait one hour for consent, and "Tell me more" loses none of them."""
    talk.write("Leyla", WORDS)
    talk.press("Leyla", "which:own")
    talk.write("Leyla", "And one thing more.")
    talk.deliver()
    assert "has changed" not in talk.screen("Leyla")
    talk.press("Leyla", "consent:more")
    talk.press("Leyla", "consent:yes")
    assert _entries(talk) == [WORDS, "And one thing more."]


def test_a_member_who_says_no(talk: Talk) -> None:
    """A member who does not agree is told nothing of messages they never sent."""
    talk.write("Leyla", WORDS)
    talk.press("Leyla", "which:own")
    talk.press("Leyla", "consent:no")
    talk.deliver()
    assert "What you sent before" not in talk.screen("Leyla")
    assert _held(talk) == []


def test_consent_taken_back(talk: Talk) -> None:
    """The old text stays in the chat: its "I do not agree" is heard later too."""
    talk.hand_in("Rana", WORDS)
    talk.press("Rana", "consent:no")
    talk.deliver()
    assert "Delete everything?" in talk.screen("Rana")


def test_the_old_text_read_again(talk: Talk) -> None:
    """Who agreed and reads more is not told that what they wrote will be deleted in an hour."""
    talk.write("Rana", WORDS)
    talk.press("Rana", "consent:more")
    talk.deliver()
    assert "stored encrypted" in talk.screen("Rana")
    assert "minutes" not in talk.screen("Rana")
    talk.press("Rana", "consent:yes")
    talk.deliver()
    assert talk.work(lambda s: s.scalars(select(Case)).one()).state == "draft"


@pytest.mark.parametrize("word", ["DELETE", "/delete", "Delete."])
def test_delete_before_agreeing(talk: Talk, word: str) -> None:
    """ "You can delete them: write DELETE" holds for who reads it before they agree."""
    talk.write("Farid", WORDS)
    talk.press("Farid", "lang:en")
    talk.write("Farid", word)
    talk.deliver()
    assert "We keep nothing" in talk.screen("Farid")
    assert _held(talk) == []


@pytest.mark.parametrize("word", ["START", "/start", "menu", "HELP", "1", "7"])
def test_words_to_the_bot_are_no_message(talk: Talk, word: str) -> None:
    """A word or number meant for the bot is not handed to a member as somebody's cry."""
    for text in (word, word):
        talk.write("Farid", text)
        talk.deliver()
    talk.press("Farid", "lang:en")
    talk.deliver()
    talk.write("Farid", "9")
    talk.press("Farid", "consent:yes")
    assert _entries(talk) == []


def test_a_number_typed_too_soon(talk: Talk) -> None:
    """A second number typed before the next question was seen answers nothing and is no message."""
    talk.write("Farid", "I need help")
    talk.deliver()
    talk.write("Farid", "2")
    talk.write("Farid", "2", at=talk.now - timedelta(seconds=20))
    talk.deliver()
    talk.press("Farid", "consent:yes")
    assert _entries(talk) == ["I need help"]


@pytest.mark.parametrize("refused", ["too_big", "contact", "unsupported"])
def test_the_first_message_is_refused(talk: Talk, refused: Any) -> None:
    """Somebody whose very first message is not taken hears so."""
    address = talk.addresses["Farid"]
    incoming = Incoming(
        CHANNEL, "m:1", address, message_id="1", language_hint="en", refused=refused
    )
    talk.work(lambda s: inbound.receive(s, incoming, talk.now, talk.charter))
    talk.deliver()
    said = talk.screen("Farid")
    assert "kept it" in said or "cannot read" in said
    assert said.index("Choose your language") > 0


def test_more_than_can_be_held(talk: Talk) -> None:
    """What does not fit any more is not said to be kept."""
    for number in range(33):
        talk.write("Farid", f"message {number}")
        talk.press("Farid", "lang:en")
    talk.deliver()
    kept = talk.ever_said("Farid").count("We keep what you wrote")
    held = [message["text"] for message in _held(talk)[0].held["messages"]]
    assert held[0] == "message 0"
    assert len(held) == kept + 1
